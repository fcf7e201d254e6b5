/**
 * The floor under every door to Kafka: reads an event, checks it, produces it, answers after the broker's ack. No key
 * is claimed, nothing is limited, counted or logged. Run by Node.
 *
 *   node acked.js '{"port":PORT,"kafka":"HOST:PORT","topic":"TOPIC"}'
 */
import { openDoor } from './door.ts'
import { accepted, invalid, isEvent, makeRequestId, recordOf } from './event.ts'
import { openProducer, type ProducerOptions } from './producer.ts'

type Options = ProducerOptions & { readonly port: number; readonly headers?: boolean }

const options = JSON.parse(process.argv[2] ?? '') as Options
const producer = await openProducer(options)
/** As long as Pulse's own. */
const headers = options.headers
  ? [{ 'pulse-fingerprint': '0123456789abcdef0123456789abcdef' }]
  : undefined

openDoor(options.port, ({ idempotencyKey, body }, answer) => {
  if (!isEvent(body)) return answer('400 Bad Request', invalid)
  const requestId = makeRequestId()
  producer.produce(
    recordOf(requestId, idempotencyKey, body),
    (acked) => {
      if (acked) answer('202 Accepted', accepted(requestId))
      else answer('503 Service Unavailable', '{"error":{"code":"UNCONFIRMED"}}')
    },
    headers,
  )
})
