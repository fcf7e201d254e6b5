/** The ways into Pulse by name. */
import type { LoadMode } from '../../contracts/load-modes.ts'
import { batch, ndjson } from './batch.ts'
import { cloudevents } from './cloudevents.ts'
import type { Mode } from './mode.ts'
import { single } from './single.ts'
import { grpc, websocket } from './stream.ts'

export const modes: Readonly<Record<LoadMode, Mode>> = {
  ...{ single, batch, ndjson, cloudevents, websocket, grpc },
}

export type ModeName = LoadMode
