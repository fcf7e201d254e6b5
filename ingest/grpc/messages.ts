/** Events and verdicts between their messages and what ingest makes of them. Pure. */
import {
  outcomes,
  type PublishResponse,
  type WireEvent,
  type WireFinding,
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
  const { idempotency_key: idempotencyKey, ordering_key: orderingKey } = event
  return idempotencyKey === '' && orderingKey === ''
    ? { kind: 'event', bytes, shape: undefined }
    : { kind: 'event', bytes, shape: undefined, keys: { idempotencyKey, orderingKey } }
}

export const streamedEvents = (
  events: readonly WireEvent[],
  maxEventBytes: number,
): StreamedEvent<WireSeq>[] =>
  events.map((event) => ({ seq: event.seq, piece: pieceOf(event, maxEventBytes) }))

export const responseOf = ({ requestId, duplicate, warnings }: Accepted): PublishResponse => ({
  request_id: requestId,
  duplicate,
  warnings,
})

export const verdictOf = ({ seq, verdict }: Judged<WireSeq>): WireVerdict =>
  verdict.kind === 'accepted'
    ? { seq, outcome: outcomes.accepted, ...responseOf(verdict) }
    : refusedVerdict(seq, verdict)

const findingsOf = ({ warnings, refusal }: WireVerdict): readonly WireFinding[] =>
  warnings ?? refusal?.findings ?? []

/** The verdict with the code of its first finding instead of all that was found. */
export function inOneWord(verdict: WireVerdict): WireVerdict {
  const found = findingsOf(verdict).slice(0, 1)
  const findings = found.map(({ code }) => ({ code, path: '', message: '' }))
  const { refusal } = verdict
  return refusal === undefined
    ? { ...verdict, warnings: findings }
    : { ...verdict, refusal: { ...refusal, findings } }
}

function refusedVerdict(seq: WireSeq, rejected: Rejected): WireVerdict {
  const { code, message = rejections[code].message, findings = [] } = rejected
  const refusal = { code, message, findings }
  if (!isWorthRepeating(code)) return { seq, outcome: outcomes.rejected, refusal }
  const retry_after_seconds = rejected.retryAfterSeconds ?? 1
  return { seq, outcome: outcomes.retry, refusal: { ...refusal, retry_after_seconds } }
}
