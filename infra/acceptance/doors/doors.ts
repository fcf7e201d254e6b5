import type { Door } from './door.ts'
import { callBatch, callStream, calls } from './grpc.ts'
import { batch, binary, lines, single } from './http.ts'
import { stream } from './websocket.ts'

/** Every way into Pulse. */
export const doors: readonly Door[] = [
  ...[single, batch, lines, binary],
  ...[stream, calls, callBatch, callStream],
]
