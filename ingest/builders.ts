/** Builders for tests: one valid request with what a test cares about given. */
import { anEvent } from '../contracts/builders.ts'
import type { EventRequest } from './accept.ts'

export const aRequest = (given: Partial<EventRequest> = {}): EventRequest => ({
  contentType: 'application/json',
  contentEncoding: '',
  idempotencyKey: 'key_1',
  orderingKey: '',
  body: Buffer.from(JSON.stringify(anEvent())),
  ...given,
})

export const withBody = (body: string | Uint8Array): EventRequest =>
  aRequest({ body: typeof body === 'string' ? Buffer.from(body) : Buffer.from(body) })
