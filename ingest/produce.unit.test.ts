import { expect, test } from 'bun:test'
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
  const producer = makeProducer(open, log)
  expect(reason(await produced(producer))).toBe('client 1')
  ends[0]?.('fenced')
  expect(reason(await produced(producer))).toBe('client 2')
  ends[1]?.('fenced again')
  expect(reason(await produced(producer))).toBe('client 3')
  expect(closed).toEqual([1, 2])
})
