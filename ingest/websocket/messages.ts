/** What goes to the client of a WebSocket stream, as text. The shapes are in contracts/answers.ts. Pure. */
import type { StreamOpened, StreamRefusal } from '../../contracts/answers.ts'
import { rejections } from '../../contracts/rejections.ts'
import { acceptedBody } from '../answer.ts'
import { refusedText } from '../batch/result.ts'
import { errorAnswer, type Refusal } from '../refusal.ts'
import type { Judged, StreamEnd } from '../stream/event-stream.ts'

export const openText = (opened: Omit<StreamOpened, 'type'>): string =>
  JSON.stringify({ type: 'open', ...opened } satisfies StreamOpened)

export function ackText(judged: readonly Judged<number>[], credit: number): string {
  const results = judged.map(({ seq, verdict }) => {
    const text = verdict.kind === 'accepted' ? acceptedBody(verdict) : refusedText(verdict)
    return `{"seq":${seq},${text.slice(1)}`
  })
  return `{"type":"ack","credit":${credit},"results":[${results.join(',')}]}`
}

export const refusalText = (refusal: Refusal): string =>
  JSON.stringify({ type: 'error', ...errorAnswer(refusal) } satisfies StreamRefusal)

export type Closing = { readonly code: number; readonly reason: string }

/**
 * How the connection is closed: 1012 (service restart) when the process stops, else 4000 and the status of the refusal,
 * with its code and sentence as the reason. RFC 6455 leaves 4000 and more to applications, and a reason 123 bytes.
 */
export function closingOf(why: Exclude<StreamEnd, 'finished'>): Closing {
  if (why === 'stopping')
    return { code: 1012, reason: 'Ingest stops: connect again, and repeat what has no verdict' }
  const { status, message } = rejections[why.code]
  return {
    code: 4000 + status,
    reason: `${why.code}: ${why.message ?? message}`.slice(0, 123),
  }
}
