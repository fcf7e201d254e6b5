/**
 * `PublishBatch`: events as they come, and one answer behind the last. Bounded by as many events as a batch may have, and
 * read no further while enough of them are open; the answer, by what clients take in one message.
 */
import type { PublishBatchResponse, WireSeq, WireVerdict } from '../../contracts/events-service.ts'
import { count, noCounts } from '../batch/counts.ts'
import { emptyBatch, maxBatchEvents, tooManyEvents } from '../batch/split.ts'
import { EventStream, type Judged, type StreamDeps } from '../stream/event-stream.ts'
import type { Streams } from '../stream/streams.ts'
import { bytesFound, overloaded } from '../verdict.ts'
import { type CallContext, callerOf, type ReadableCall } from './call.ts'
import { inOneWord, pieceOf, verdictOf } from './messages.ts'
import { readEvents } from './read-events.ts'
import type { Received } from './received.ts'
import { type Answer, refusalAtEnd } from './result.ts'

/** An event's place in the batch, and its client's number for it. */
type Numbered = { readonly index: number; readonly seq: WireSeq }

/** Bytes of what was found, in an answer: clients take 4 MiB, and 10,000 verdicts may have more than half of it. */
const mostFound = 1_500_000

export function makePublishBatch(
  deps: StreamDeps & { readonly streams: Streams },
  { maxEventBytes }: { readonly maxEventBytes: number },
) {
  return (
    call: ReadableCall<Received>,
    { requestId, route, facts }: CallContext,
    answer: Answer<PublishBatchResponse>,
  ): void => {
    const verdicts: WireVerdict[] = []
    const counts = noCounts()
    let taken = 0
    let found = 0
    facts.results = counts

    const write = (judged: readonly Judged<Numbered>[]) => {
      for (const { seq, verdict } of judged) {
        count(counts, verdict)
        const told = verdictOf({ seq: seq.seq, verdict })
        found += bytesFound(verdict)
        verdicts[seq.index] = found > mostFound ? inOneWord(told) : told
      }
      reading.goOn()
    }
    const take = ({ events, bytes }: Received) => {
      if (events === undefined || taken + events.length > maxBatchEvents)
        return stream.end(tooManyEvents(maxBatchEvents))
      const first = taken
      taken += events.length
      const numbered = events.map((event, i) => ({
        seq: { index: first + i, seq: event.seq },
        piece: pieceOf(event, maxEventBytes),
      }))
      stream.take(numbered, bytes)
    }
    const stream = new EventStream<Numbered>(
      deps,
      { door: 'grpc', route, requestId, ...callerOf(call.metadata) },
      {
        isFree: () => true,
        write,
        close(why) {
          leave()
          if (why === 'finished') answer({ request_id: requestId, ...counts, verdicts })
          else answer(refusalAtEnd(why))
        },
      },
    )
    let leave = () => {}
    const reading = readEvents(call, stream, {
      take,
      // As of a batch over HTTP: what does not fit has that for a verdict.
      hasRoom: () => true,
      noRoom: () => stream.end(overloaded),
      ended: () => stream.end(taken === 0 ? emptyBatch : 'finished'),
    })
    leave = deps.streams.add({
      attend: () => void (stream.isEnding || stream.tenant()),
      end: (why) => stream.end(why),
    })
    call.on('cancelled', () => {
      stream.abandon()
      leave()
    })
  }
}
