/** A stream over gRPC: a call of `PublishStream` on a connection of its own. The only user of its package here. */
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { eventsService, outcomes, type WireVerdict } from '../../contracts/events-service.ts'
import { type RejectionCode, rejections } from '../../contracts/rejections.ts'
import type { Target } from '../http/request.ts'
import { type Told, tellAccepted, tellNothing, tellRefused } from '../told.ts'
import { wrongStatus } from './endings.ts'
import type { Line, LineHeard } from './streams.ts'

/** Events of a call without a verdict: HTTP/2 would hold back more than that anyway. */
const mostOpen = 1_000

export function openCall({ host, port }: Target, apiKey: string, heard: LineHeard): Line {
  const options = { 'grpc.use_local_subchannel_pool': 1 }
  const client = new Client(`${host}:${port}`, credentials.createInsecure(), options)
  const metadata = new Metadata()
  metadata.set('x-api-key', apiKey)
  const { path, responseDeserialize } = eventsService.publishStream
  const asItIs = (message: Buffer) => message
  const call = client.makeBidiStreamRequest(path, asItIs, responseDeserialize, metadata)
  let isClosed = false
  let isOurs = false
  const closed = () => {
    if (isClosed) return
    isClosed = true
    client.close()
    heard.closed()
  }
  call.on('metadata', () => heard.credit(mostOpen))
  call.on('data', ({ verdicts }) => {
    for (const verdict of verdicts) heard.verdict(Number(verdict.seq), toldBy(verdict))
    heard.credit(verdicts.length)
  })
  call.on('status', ({ code, details }) => {
    const wrong = isClosed || isOurs ? undefined : wrongStatus(code, details)
    if (wrong !== undefined) heard.wrong(wrong)
    // Verdicts that came before it may still wait to be read.
    setImmediate(closed)
  })
  // What it says is in the status.
  call.on('error', () => {})
  return {
    // The bytes are their owner's again when this returns.
    send: ({ bytes, start, end }) => void call.write(Buffer.from(bytes.subarray(start, end))),
    close() {
      isOurs = true
      call.cancel()
    },
  }
}

function toldBy({ outcome, duplicate, warnings, refusal }: WireVerdict): Told {
  if (outcome === outcomes.accepted)
    return tellAccepted({ duplicate: duplicate ?? false, warnings: warnings ?? [] })
  const code = refusal?.code as RejectionCode
  const rejection = rejections[code]
  const expected = rejection?.retryable ? outcomes.retry : outcomes.rejected
  if (rejection === undefined || outcome !== expected)
    return tellNothing(`outcome ${outcome} ${code ?? 'without a code'}`)
  const seconds = refusal?.retry_after_seconds
  return tellRefused(rejection.status, code, seconds === 0 ? undefined : seconds)
}
