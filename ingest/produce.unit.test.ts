import { expect, test } from 'bun:test'
import { until } from '../infra/harness/until.ts'
import { type Delivery, type KafkaProducer, makeProducer, type OutgoingRecord } from './produce.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const aRecord: OutgoingRecord = { key: 'k', value: Buffer.from('{}'), headers: [] }
const produced = (producer: KafkaProducer) =>
  new Promise<Delivery>((reported) => producer.produce(aRecord, { reported }))

/** Clients that answer by their number, and can be told to end. */
function clients() {
  const closed: number[] = []
  const ends: ((reason: string) => void)[] = []
  const open = (onFatal: (reason: string) => void): KafkaProducer => {
    const number = ends.push(onFatal)
    return {
      produce: (_, sink) => sink.reported({ kind: 'unknown', reason: `client ${number}` }),
      waiting: 0,
      probe: async () => {},
      close: async () => void closed.push(number),
    }
  }
  return { open, ends, closed }
}
const reason = (delivery: Delivery) => ('reason' in delivery ? delivery.reason : '')

test('a client that ended with a fatal error is closed, and a new one takes the next record', async () => {
  const { open, ends, closed } = clients()
  const producer = makeProducer(open, log, { leastLifeMs: 0 })
  expect(reason(await produced(producer))).toBe('client 1')
  ends[0]?.('fenced')
  await until('there is another', () => ends.length === 2)
  expect(reason(await produced(producer))).toBe('client 2')
  ends[1]?.('fenced again')
  await until('there is another', () => ends.length === 3)
  expect(reason(await produced(producer))).toBe('client 3')
  expect(closed).toEqual([1, 2])
})

test('clients that end at once do not follow each other at once', async () => {
  const { open, ends } = clients()
  const began = performance.now()
  const producer = makeProducer(open, log, { leastLifeMs: 100 })
  for (const number of [1, 2, 3]) {
    ends.at(-1)?.('not authorised')
    expect(reason(await produced(producer))).toBe(`client ${number}`)
    await until('there is another', () => ends.length === number + 1)
  }
  expect(performance.now() - began).toBeGreaterThan(295)
})

test('a client that ended while the process stops is not followed', async () => {
  const { open, ends } = clients()
  const producer = makeProducer(open, log, { leastLifeMs: 0 })
  await producer.close()
  ends[0]?.('fenced')
  // Behind the timer that would begin another: those of one length fire in order.
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(ends).toHaveLength(1)
})
