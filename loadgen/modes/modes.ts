/** The ways into Pulse by name. */
import { batch, ndjson } from './batch.ts'
import { cloudevents } from './cloudevents.ts'
import type { Mode } from './mode.ts'
import { single } from './single.ts'
import { grpc, websocket } from './stream.ts'

const all = { single, batch, ndjson, cloudevents, websocket, grpc } as const

export const modes = all satisfies Record<string, Mode>

export type ModeName = keyof typeof modes
