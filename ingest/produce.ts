/**
 * Sends records to Kafka and tells what became of each: acks=all, idempotent, partitioned as Java does.
 * Promises: `acked` only after every in-sync replica has it; `failed` only when it is definitely not there;
 * otherwise `unknown`. Bounded by the client's queue: a full one is a failure at once, never a wait.
 */
import { createRequire } from 'node:module'
import type * as Confluent from '@confluentinc/kafka-javascript'
import { type KafkaConnection, librdkafkaConnection } from '../contracts/kafka-connection.ts'
import type { Log } from '../contracts/log.ts'

export type OutgoingRecord = {
  readonly key: string
  readonly value: Buffer
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export type Delivery =
  | { readonly kind: 'acked' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

export type KafkaProducer = {
  /** Settles when the broker has reported, at the latest after Kafka's delivery timeout. Never rejects. */
  produce(record: OutgoingRecord): Promise<Delivery>
  /** Resolves when a broker answers for the topic now; rejects with the reason within a second. */
  probe(): Promise<void>
  /** Waits for what is under way, then disconnects. */
  close(): Promise<void>
}

// CommonJS whose names Node cannot see from an ES module.
const { Producer } = createRequire(import.meta.url)(
  '@confluentinc/kafka-javascript',
) as typeof Confluent

/** Longer than the answer's deadline, shorter than the claim's lease. */
const deliveryTimeoutMs = 20_000
const probeTimeoutMs = 1000

/** Delivery reports that say that a message never left the queue (librdkafka's RD_KAFKA_RESP_ERR__PURGE_QUEUE). */
const purgedFromQueue = -152

export function openProducer(
  options: KafkaConnection & { readonly rawTopic: string },
  log: Log,
): KafkaProducer {
  const waiting = new Map<number, (delivery: Delivery) => void>()
  let lastSlot = 0

  const client = new Producer(
    {
      ...librdkafkaConnection(options),
      'client.id': 'pulse-ingest',
      'enable.idempotence': true,
      acks: -1,
      partitioner: 'murmur2_random',
      'message.timeout.ms': deliveryTimeoutMs,
      'linger.ms': 2,
      'reconnect.backoff.max.ms': 1000,
      'queue.buffering.max.messages': 100_000,
      'queue.buffering.max.kbytes': 262_144,
      'socket.keepalive.enable': true,
      dr_cb: true,
    },
    {},
  )

  client.on('delivery-report', (err, report) => {
    const slot = report.opaque as number
    const settle = waiting.get(slot)
    waiting.delete(slot)
    settle?.(err ? readFailure(err) : { kind: 'acked' })
  })
  client.on('event.error', (err) => log.warn({ err }, 'kafka client reports an error'))

  let ready = false
  const connect = () => {
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

  return {
    produce(record) {
      if (!ready) return Promise.resolve({ kind: 'failed', reason: 'not connected to Kafka yet' })
      return new Promise<Delivery>((resolve) => {
        const slot = ++lastSlot
        waiting.set(slot, resolve)
        try {
          const headers = record.headers.map(([name, value]) => ({ [name]: value }))
          client.produce(options.rawTopic, null, record.value, record.key, null, slot, headers)
        } catch (err) {
          waiting.delete(slot)
          resolve({ kind: 'failed', reason: (err as Error).message })
        }
      })
    },
    probe: () =>
      new Promise((resolve, reject) => {
        if (!ready) return reject(new Error('not connected to Kafka yet'))
        client.getMetadata(
          { topic: options.rawTopic, timeout: probeTimeoutMs },
          (err, metadata) => {
            const topic = metadata?.topics.find(({ name }) => name === options.rawTopic)
            if (err) reject(err)
            else if (!topic?.partitions.length) reject(new Error(`no topic ${options.rawTopic}`))
            else resolve()
          },
        )
      }),
    close: () =>
      new Promise((resolve) => {
        if (!ready) return resolve()
        client.disconnect(deliveryTimeoutMs / 4, () => resolve())
      }),
  }
}

function readFailure(err: { code: number; message: string }): Delivery {
  const kind = err.code === purgedFromQueue ? 'failed' : 'unknown'
  return { kind, reason: err.message }
}
