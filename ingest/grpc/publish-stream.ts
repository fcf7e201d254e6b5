/**
 * `PublishStream`: events and verdicts, each as they come, for as long as the client wants. Read no further while enough
 * events are open, and their verdicts wait while the client does not read: so a slow reader is bounded by what was read.
 */
import type {
  EventsRequest,
  PublishStreamResponse,
  WireSeq,
} from '../../contracts/events-service.ts'
import { EventStream, type StreamDeps, type StreamEnd } from '../stream/event-stream.ts'
import type { Streams } from '../stream/streams.ts'
import { type CallContext, callerOf, type DuplexCall } from './call.ts'
import { bytesIn, streamedEvents, verdictOf } from './messages.ts'
import { readEvents } from './read-events.ts'
import { type EndCall, refusalAtEnd } from './result.ts'

export function makePublishStream(
  deps: StreamDeps & { readonly streams: Streams },
  { maxEventBytes }: { readonly maxEventBytes: number },
) {
  return (
    call: DuplexCall<EventsRequest, PublishStreamResponse>,
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
          isFree = call.write({ verdicts: judged.map(verdictOf) })
          if (!isFree)
            call.once('drain', () => {
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
      take: (events) => stream.take(streamedEvents(events, maxEventBytes), bytesIn(events)),
      ended: () => stream.end('finished'),
    })
    observer.opened()
    leave = deps.streams.add({
      attend: () => void (stream.isEnding || stream.tenant()),
      end: (why) => stream.end(why),
    })
    call.on('cancelled', () => {
      if (stream.abandon()) observer.ended('CLIENT_GONE')
      leave()
    })
  }
}
