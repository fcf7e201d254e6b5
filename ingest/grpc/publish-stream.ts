/**
 * `PublishStream`: events and verdicts, each as they come, for as long as the client wants. Bounded by the events of a
 * message, and read no further while enough of them are open. One message of verdicts is on its way to the client; what
 * comes about meanwhile goes with the next, and is open until then. So a slow reader is bounded by what was read.
 */
import type { PublishStreamResponse, WireSeq } from '../../contracts/events-service.ts'
import { tooManyEvents } from '../batch/split.ts'
import { EventStream, type StreamDeps, type StreamEnd } from '../stream/event-stream.ts'
import type { Streams } from '../stream/streams.ts'
import { mostOpen } from '../stream/window.ts'
import { overloaded } from '../verdict.ts'
import { type CallContext, callerOf, type DuplexCall } from './call.ts'
import { streamedEvents, verdictOf } from './messages.ts'
import { readEvents } from './read-events.ts'
import type { Received } from './received.ts'
import { type EndCall, refusalAtEnd } from './result.ts'

export function makePublishStream(
  deps: StreamDeps & { readonly streams: Streams },
  { maxEventBytes }: { readonly maxEventBytes: number },
) {
  return (
    call: DuplexCall<Received, PublishStreamResponse>,
    { requestId, route }: CallContext,
    end: EndCall,
  ): void => {
    const observer = deps.metrics.streams('grpc')
    let isFree = true

    const stream = new EventStream<WireSeq>(
      deps,
      { door: 'grpc', route, requestId, ...callerOf(call.metadata) },
      {
        isFree: () => isFree,
        write(judged) {
          isFree = false
          call.write({ verdicts: judged.map(verdictOf) }, () => {
            isFree = true
            stream.flush()
          })
          reading.goOn()
        },
        close(why: StreamEnd) {
          leave()
          if (why === 'finished') {
            observer.ended('OK')
            end(undefined)
            return
          }
          observer.ended(why === 'stopping' ? 'STOPPING' : why.code)
          end(refusalAtEnd(why))
        },
      },
    )
    let leave = () => {}
    const reading = readEvents(call, stream, {
      take({ events, bytes }) {
        if (events === undefined) stream.end(tooManyEvents(mostOpen, 'A message of a stream'))
        else stream.take(streamedEvents(events, maxEventBytes), bytes)
      },
      hasRoom: () => stream.hasRoom,
      noRoom: () => stream.end(overloaded),
      ended: () => stream.end('finished'),
    })
    observer.opened()
    leave = deps.streams.add({
      attend() {
        if (!stream.isEnding && stream.tenant() !== undefined) reading.attend()
      },
      end: (why) => stream.end(why),
    })
    call.on('cancelled', () => {
      if (stream.abandon()) observer.ended('CLIENT_GONE')
      leave()
    })
  }
}
