/** The ways into Pulse by name. */
import { batch, ndjson } from './batch.ts'
import { cloudevents } from './cloudevents.ts'
import type { Mode } from './mode.ts'
import { single } from './single.ts'

export const modes = { single, batch, ndjson, cloudevents } as const satisfies Record<string, Mode>

export type ModeName = keyof typeof modes
