/** Events and verdicts between their messages and what ingest makes of them. Pure. */
import {
  outcomes,
  type PublishResponse,
  type WireEvent,
  type WireSeq,
  type WireVerdict,
} from '../../contracts/events-service.ts'
import { rejections } from '../../contracts/rejections.ts'
import { isWorthRepeating } from '../batch/result.ts'
import { type Piece, tooLargeEvent } from '../batch/split.ts'
import type { Judged, StreamedEvent } from '../stream/event-stream.ts'
import type { Accepted, Rejected } from '../verdict.ts'

/** The message's bytes as a buffer, without a copy. */
export const bytesOf = ({ json }: WireEvent): Buffer =>
  Buffer.isBuffer(json) ? json : Buffer.from(json)

export function pieceOf(event: WireEvent, maxEventBytes: number): Piece {
  const bytes = bytesOf(event)
  if (bytes.length > maxEventBytes) return tooLargeEvent(maxEventBytes)
  const keys = { idempotencyKey: event.idempotency_key, orderingKey: event.ordering_key }
  return { kind: 'event', bytes, shape: undefined, keys }
}

export const streamedEvents = (
  events: readonly WireEvent[],
  maxEventBytes: number,
): StreamedEvent<WireSeq>[] =>
  events.map((event) => ({ seq: event.seq, piece: pieceOf(event, maxEventBytes) }))

/** What the events of a message hold of memory. */
export const bytesIn = (events: readonly WireEvent[]): number =>
  events.reduce((sum, { json }) => sum + json.length, 0)

export const responseOf = ({ requestId, duplicate, warnings }: Accepted): PublishResponse => ({
  request_id: requestId,
  duplicate,
  warnings,
})

export const verdictOf = ({ seq, verdict }: Judged<WireSeq>): WireVerdict =>
  verdict.kind === 'accepted'
    ? { seq, outcome: outcomes.accepted, ...responseOf(verdict) }
    : refusedVerdict(seq, verdict)

function refusedVerdict(seq: WireSeq, rejected: Rejected): WireVerdict {
  const { code, message = rejections[code].message, findings = [] } = rejected
  const refusal = { code, message, findings }
  if (!isWorthRepeating(code)) return { seq, outcome: outcomes.rejected, refusal }
  const retry_after_seconds = rejected.retryAfterSeconds ?? 1
  return { seq, outcome: outcomes.retry, refusal: { ...refusal, retry_after_seconds } }
}
