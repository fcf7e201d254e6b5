import { describe, expect, test } from 'bun:test'
import { aRecord } from './builders.ts'
import type { IncomingRecord } from './decode.ts'
import { PartitionQueue } from './partition-queue.ts'

const recordsAt = (...offsets: readonly number[]): IncomingRecord[] =>
  offsets.map((offset) => aRecord({}, { offset: BigInt(offset) }))
const offsetsOf = (records: readonly IncomingRecord[]) => records.map(({ offset }) => offset)
const never = new AbortController().signal
const mebibyte = new Uint8Array(1024 * 1024)

const atMost = (records: number, bytes = Number.POSITIVE_INFINITY) => ({ records, bytes })

describe('take', () => {
  test('gives records in the order in which they came, across pushes', async () => {
    const queue = new PartitionQueue()
    queue.push(recordsAt(1, 2))
    queue.push(recordsAt(3))
    expect(offsetsOf(await queue.take(atMost(10), never))).toEqual([1n, 2n, 3n])
  })

  test('gives no more than asked for, and the rest next time', async () => {
    const queue = new PartitionQueue()
    queue.push(recordsAt(1, 2, 3))
    expect(offsetsOf(await queue.take(atMost(2), never))).toEqual([1n, 2n])
    expect(offsetsOf(await queue.take(atMost(2), never))).toEqual([3n])
  })

  test('gives no more bytes than asked for, but always the first', async () => {
    const queue = new PartitionQueue()
    const large = [1, 2, 3].map((offset) => aRecord(mebibyte, { offset: BigInt(offset) }))
    queue.push(large)
    expect(offsetsOf(await queue.take(atMost(10, 2.5 * 1024 * 1024), never))).toEqual([1n, 2n])
    expect(offsetsOf(await queue.take(atMost(10, 1), never))).toEqual([3n])
  })

  test('waits for the first records', async () => {
    const queue = new PartitionQueue()
    const taken = queue.take(atMost(10), never)
    queue.push([])
    queue.push(recordsAt(1))
    expect(offsetsOf(await taken)).toEqual([1n])
  })

  test('waits on when what came is cleared before it is taken', async () => {
    const queue = new PartitionQueue()
    const taken = queue.take(atMost(10), never)
    queue.push(recordsAt(1))
    queue.clear()
    await Promise.resolve()
    queue.push(recordsAt(7))
    expect(offsetsOf(await taken)).toEqual([7n])
  })

  test('gives none once the signal is given, also when there are some', async () => {
    const queue = new PartitionQueue()
    queue.push(recordsAt(1))
    expect(await queue.take(atMost(10), AbortSignal.abort())).toEqual([])
  })

  test('ends its wait when the signal is given', async () => {
    const controller = new AbortController()
    const taken = new PartitionQueue().take(atMost(10), controller.signal)
    controller.abort()
    expect(await taken).toEqual([])
  })

  test('gives what comes after an earlier wait was ended', async () => {
    const queue = new PartitionQueue()
    const controller = new AbortController()
    const first = queue.take(atMost(10), controller.signal)
    controller.abort()
    await first
    const second = queue.take(atMost(10), never)
    queue.push(recordsAt(1))
    expect(offsetsOf(await second)).toEqual([1n])
  })
})

test('what is cleared is not given', async () => {
  const queue = new PartitionQueue()
  queue.push(recordsAt(1, 2))
  queue.clear()
  queue.push(recordsAt(9))
  expect(offsetsOf(await queue.take(atMost(10), never))).toEqual([9n])
})

describe('room', () => {
  test('is there at first, and not any more at 8 MiB', () => {
    const queue = new PartitionQueue()
    expect(queue.hasRoom).toBe(true)
    for (let i = 0; i < 7; i++) queue.push([aRecord(mebibyte)])
    expect(queue.hasRoom).toBe(true)
    queue.push([aRecord(mebibyte)])
    expect(queue.hasRoom).toBe(false)
  })

  test('counts keys', () => {
    const queue = new PartitionQueue()
    for (let i = 0; i < 8; i++) queue.push([aRecord(null, { key: Buffer.from(mebibyte) })])
    expect(queue.hasRoom).toBe(false)
  })

  test('counts records too, however small: tombstones are bounded', () => {
    const queue = new PartitionQueue()
    const tombstone = aRecord(null, { key: null })
    queue.push(Array.from({ length: 10_000 }, () => tombstone))
    expect(queue.hasRoom).toBe(true)
    queue.push(Array.from({ length: 10_000 }, () => tombstone))
    expect(queue.hasRoom).toBe(false)
  })

  test('comes back with what is taken', async () => {
    const queue = new PartitionQueue()
    for (let round = 0; round < 5; round++) {
      queue.push(Array.from({ length: 8 }, () => aRecord(mebibyte)))
      expect(queue.hasRoom).toBe(false)
      await queue.take(atMost(1), never)
      expect(queue.hasRoom).toBe(true)
      await queue.take(atMost(7), never)
    }
  })

  test('comes back when the queue is cleared', () => {
    const queue = new PartitionQueue()
    queue.push(Array.from({ length: 8 }, () => aRecord(mebibyte)))
    queue.clear()
    expect(queue.hasRoom).toBe(true)
  })
})
