import { expect, test } from 'bun:test'
import { eventsService } from '../../contracts/events-service.ts'
import { messageOf, wireEvents } from './builders.ts'
import { received } from './received.ts'

/** Two bytes each, as small as events can be. */
const emptyEvents = (count: number) => Buffer.alloc(2 * count, Buffer.from([0x0a, 0]))

test('events are read as the codec of their message reads them, whatever stands between them', () => {
  const message = Buffer.concat([
    ...[messageOf(wireEvents(2)), Buffer.from([0x10, 5, 0x7a, 1, 0x0a]), messageOf(wireEvents(1))],
  ])
  const { events, bytes } = received.inStream(message)
  expect(events).toHaveLength(3)
  expect(events).toEqual([...eventsService.publishStream.requestDeserialize(message).events])
  expect(bytes).toBe(message.length)
  expect(received.inStream(Buffer.alloc(0))).toEqual({ events: [], bytes: 0 })
})

test('of as many as a message may have all are read, and of one more none', () => {
  expect(received.inStream(emptyEvents(1_000)).events).toHaveLength(1_000)
  expect(received.inStream(emptyEvents(1_001)).events).toBeUndefined()
  expect(received.inBatch(emptyEvents(10_000)).events).toHaveLength(10_000)
  expect(received.inBatch(emptyEvents(10_001)).events).toBeUndefined()
})

test('what is beyond too many events is not looked at', () => {
  const broken = Buffer.from([0x07])
  expect(received.inStream(Buffer.concat([emptyEvents(1_001), broken])).events).toBeUndefined()
  expect(() => received.inStream(Buffer.concat([emptyEvents(1_000), broken]))).toThrow()
})

test('a message that breaks off is an error', () => {
  expect(() => received.inStream(messageOf(wireEvents(1)).subarray(0, -1))).toThrow()
  expect(() => received.inStream(Buffer.from([0x0a]))).toThrow()
  expect(() => received.inStream(Buffer.from([0x07]))).toThrow()
})
