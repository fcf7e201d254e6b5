import type { Door } from './door.ts'
import { batch, binary, lines, single } from './http.ts'

/** Every way into Pulse. */
export const doors: readonly Door[] = [single, batch, lines, binary]
