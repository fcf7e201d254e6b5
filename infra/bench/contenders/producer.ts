/** librdkafka as ingest uses it (acks=all, idempotent, one report a record), and nothing around it. */
import { createRequire } from 'node:module'
import type * as Confluent from '@confluentinc/kafka-javascript'

// CommonJS whose names Node cannot see from an ES module.
const { Producer } = createRequire(import.meta.url)(
  '@confluentinc/kafka-javascript',
) as typeof Confluent

export type ProducerOptions = {
  /** host:port */
  readonly kafka: string
  readonly topic: string
  /** More settings of librdkafka, or others in place of these. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** Milliseconds between two polls from the event loop, instead of librdkafka's own thread. */
  readonly pollMs?: number
}

export type BareRecord = { readonly key: string; readonly value: Buffer }

export type BareProducer = {
  /** Throws when the queue is full. `reported` is told once whether the record is acknowledged. */
  produce(record: BareRecord, reported: (acked: boolean) => void, headers?: Headers): void
}

type Headers = readonly { readonly [name: string]: string }[]

/** Resolves once it is connected; rejects when it cannot. */
export function openProducer(options: ProducerOptions): Promise<BareProducer> {
  const { kafka, topic, settings, pollMs } = options
  const client = new Producer(
    {
      'bootstrap.servers': kafka,
      'enable.idempotence': true,
      acks: -1,
      partitioner: 'murmur2_random',
      'linger.ms': 2,
      'queue.buffering.max.messages': 200_000,
      'queue.buffering.max.kbytes': 262_144,
      ...settings,
      dr_cb: true,
    },
    {},
  )
  client.on('delivery-report', (err, report) => {
    const reported = report.opaque as (acked: boolean) => void
    reported(!err)
  })
  return new Promise((resolve, reject) => {
    client.connect({ timeout: 10_000 }, (err) => {
      if (err) return reject(err)
      // Only now: turned on before the client is ready, background polling crashes the process.
      if (pollMs === undefined) client.setPollInBackground(true)
      else client.setPollInterval(pollMs)
      resolve({
        produce({ key, value }, reported, headers) {
          const given = headers as Confluent.MessageHeader[]
          client.produce(topic, null, value, key, null, reported, given)
        },
      })
    })
  })
}
