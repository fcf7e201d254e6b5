import { expect, test } from 'bun:test'
import { eventsService } from '../../contracts/events-service.ts'
import { makeEventMaker } from '../events.ts'
import { hashOf } from '../hash.ts'
import { parcelOf } from '../packing.ts'
import { makeComposeMessage } from './compose-message.ts'

const of = { run: 'r1', seed: 1, startedMs: 1_767_384_000_000, keyIn: 'event' } as const
const event = (number: number, kind = 0) => ({
  ...({ number, kind, purpose: 'fresh', revision: 0, tenant: 0 } as const),
  ...{ intendedMs: 0, attempt: 1, bodyHash: 0 },
})
const text = makeEventMaker(of).text

test('a frame is an array of events with the numbers of their parcel', () => {
  const compose = makeComposeMessage('websocket', of)
  for (const first of [1, 4]) {
    const parcel = parcelOf([event(7), event(8, 1), event(9)], 0, false)
    const { bytes, start, end } = compose(parcel)
    const frame = bytes.toString('utf8', start, end)
    const events = parcel.events.map((each, at) => `{"seq":${first + at},"event":${text(each)}}`)
    expect(frame).toBe(`[${events.join()}]`)
    expect(parcel.firstSeq).toBe(first)
  }
})

test('a message is read as the protocol has it, whatever its events are', () => {
  const compose = makeComposeMessage('grpc', of)
  // Two of them: one that is empty, and numbers of more than one byte.
  for (let i = 0; i < 100; i++) compose(parcelOf([event(i), event(i, 7)], 0, false))
  const parcel = parcelOf([event(7), event(8, 7), event(9, 9)], 0, false)
  const { bytes, start, end } = compose(parcel)
  const { events } = eventsService.publishStream.requestDeserialize(bytes.subarray(start, end))
  expect(events.map(({ json }) => Buffer.from(json).toString())).toEqual(parcel.events.map(text))
  expect(events.map(({ seq }) => Number(seq))).toEqual([201, 202, 203])
  expect(events.map(({ idempotency_key }) => idempotency_key)).toEqual(['', '', ''])
  const [first] = parcel.events
  expect(first?.bodyHash).toBe(hashOf(Buffer.from(text(event(7))), 0, text(event(7)).length))
})
