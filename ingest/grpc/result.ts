/** How a call ends. */
import type { Quota } from '../quota.ts'
import type { Refusal } from '../refusal.ts'
import type { StreamEnd } from '../stream/event-stream.ts'

/** To be called once: with the response, or with why there is none. Nobody hears it when the client has gone. */
export type Answer<Response> = (result: Response | Refusal, quota?: Quota) => void

/** To be called once; undefined ends the call well. */
export type EndCall = (refusal: Refusal | undefined) => void

export const isRefusal = (result: object): result is Refusal => 'code' in result

export const refusalAtEnd = (why: Exclude<StreamEnd, 'finished'>): Refusal =>
  why === 'stopping' ? stopping : why

const stopping: Refusal = {
  code: 'UNAVAILABLE',
  message: 'Ingest stops: call again, and repeat what has no verdict',
  retryAfterSeconds: 1,
}
