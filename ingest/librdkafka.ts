/**
 * One librdkafka client, and the only user of its package: acks=all, idempotent, partitioned as Java does.
 * Connects by itself and keeps trying. A fatal error (librdkafka's INTRODUCTION.md, "Fatal Producer Errors") ends it
 * for good: it says so once, fails every further record, and still reports what was under way. A report of a failure is
 * never definite: what was sent once and is to be sent again is in the queue as well, and purged like the rest.
 */
import { createRequire } from 'node:module'
import type * as Confluent from '@confluentinc/kafka-javascript'
import { type KafkaConnection, librdkafkaConnection } from '../contracts/kafka-connection.ts'
import type { Log } from '../contracts/log.ts'
import type { Delivery, DeliverySink, KafkaProducer } from './produce.ts'
import { deliveryTimeoutMs } from './timing.ts'

// CommonJS whose names Node cannot see from an ES module.
const { Producer, librdkafkaVersion } = createRequire(import.meta.url)(
  '@confluentinc/kafka-javascript',
) as typeof Confluent & { readonly librdkafkaVersion: string }

export { librdkafkaVersion }

const probeTimeoutMs = 1000
/** How long closing waits for what is in the queue. */
const flushMs = 2000

/** RD_KAFKA_RESP_ERR__FATAL */
const fatalError = -150

export type ProducerOptions = KafkaConnection & { readonly rawTopic: string }

export function openLibrdkafka(
  options: ProducerOptions,
  log: Log,
  onFatal: (reason: string) => void,
): KafkaProducer {
  const waiting = new Set<DeliverySink>()
  let ready = false
  let ended: string | undefined
  let closing = false

  const client = new Producer(
    {
      ...librdkafkaConnection(options),
      'client.id': 'pulse-ingest',
      'enable.idempotence': true,
      'linger.ms': 2,
      'reconnect.backoff.max.ms': 1000,
      'queue.buffering.max.messages': 100_000,
      'queue.buffering.max.kbytes': 262_144,
      'socket.keepalive.enable': true,
      dr_cb: true,
    },
    // Settings of topics: a Producer that is given any ignores those among the client's own.
    { acks: -1, partitioner: 'murmur2_random', 'message.timeout.ms': deliveryTimeoutMs },
  )
  client.on('delivery-report', (err, report) => {
    const sink = report.opaque as DeliverySink
    // A client that was closed has told its sinks already.
    if (waiting.delete(sink)) sink.reported(err ? { kind: 'unknown', reason: err.message } : acked)
  })
  client.on('event.error', (err) => log.warn({ err }, 'kafka client reports an error'))

  const end = (reason: string) => {
    if (ended !== undefined) return
    ended = reason
    onFatal(reason)
  }

  // Before the first connection this alone tells why there is none: a refused password, an unknown authority.
  let lastWord = ''
  client.on('event.log', ({ fac, message = '' }: { fac?: string; message?: string }) => {
    lastWord = message
    // The event of the error itself does not say that it is fatal.
    if (fac === 'FATAL') end(message)
  })

  const connect = () => {
    if (closing) return
    client.connect({ timeout: 5000 }, (err) => {
      if (err) {
        log.warn({ err }, 'kafka not reachable: trying again')
        setTimeout(connect, 1000).unref()
        return
      }
      // Only now: turned on before the client is ready, background polling crashes the process.
      client.setPollInBackground(true)
      ready = true
      log.info({ brokers: options.brokers }, 'kafka connected')
    })
  }
  connect()

  const refusal = () => ended ?? (ready ? undefined : notConnected(lastWord))

  return {
    produce(record, sink) {
      const refused = refusal()
      if (refused !== undefined) return sink.reported({ kind: 'failed', reason: refused })
      waiting.add(sink)
      try {
        const { key, value, headers } = record
        client.produce(
          options.rawTopic,
          null,
          value,
          key,
          null,
          sink,
          headers as Confluent.MessageHeader[],
        )
      } catch (err) {
        waiting.delete(sink)
        sink.reported({ kind: 'failed', reason: (err as Error).message })
        if ((err as { code?: number }).code === fatalError) end((err as Error).message)
      }
    },
    get waiting() {
      return waiting.size
    },
    probe: () =>
      new Promise((resolve, reject) => {
        const refused = refusal()
        if (refused !== undefined) return reject(new Error(refused))
        const topic = options.rawTopic
        client.getMetadata({ topic, timeout: probeTimeoutMs }, (err, metadata) => {
          if (err) reject(err)
          else if (!metadata.topics.find(({ name }) => name === topic)?.partitions.length)
            reject(new Error(`no topic ${topic}`))
          else resolve()
        })
      }),
    close: () =>
      new Promise((resolve) => {
        closing = true
        const done = () => {
          // No report comes any more: whoever still waits is told that nobody knows.
          for (const sink of waiting)
            sink.reported({ kind: 'unknown', reason: 'the Kafka client was closed' })
          waiting.clear()
          resolve()
        }
        if (ready) client.disconnect(flushMs, done)
        else done()
      }),
  }
}

const notConnected = (lastWord: string): string =>
  `not connected to Kafka yet${lastWord === '' ? '' : `: ${lastWord}`}`

const acked: Delivery = { kind: 'acked' }
