import { afterEach, expect, test } from 'bun:test'
import type { Connections } from '../http/connections.ts'
import { type Parcel, parcelOf } from '../packing.ts'
import { tellDuplicate, tellNew, tellRefused } from '../told.ts'
import { type LineHeard, openStreams } from './streams.ts'

const request = { bytes: Buffer.alloc(0), start: 0, end: 0 }
const event = {
  ...({ number: 0, kind: 0, purpose: 'fresh', revision: 0, tenant: 0 } as const),
  ...{ intendedMs: 0, attempt: 1, bodyHash: 0 },
}

let streams: Connections<Parcel> | undefined
afterEach(() => streams?.close())

/** One stream with credit for ten events, of which three are on their way with the numbers from 1. */
function threeUnderWay() {
  const heard: LineHeard[] = []
  const told: (readonly (string | undefined)[] | undefined)[] = []
  const wrong: string[] = []
  streams = openStreams(
    {
      now: () => 0,
      onReading: (_, reading) =>
        told.push(reading && Array.from(reading.told, (one) => one?.words)),
      onWrong: (what) => wrong.push(what),
      onFree: () => {},
      open(_, line) {
        heard.push(line)
        return { send: () => {}, close: () => {} }
      },
    },
    { apiKeys: ['key'], count: 1, mostEvents: 10, timeoutMs: 60_000 },
  )
  const [line] = heard
  if (line === undefined) throw new Error('no stream was opened')
  line.credit(10)
  streams.send(request, { ...parcelOf([event, event, event], 0, false), firstSeq: 1 })
  return { streams, line, told, wrong }
}

test('a parcel is told of once, behind its last verdict', () => {
  const { line, told, wrong } = threeUnderWay()
  line.verdict(2, tellNew)
  line.verdict(1, tellDuplicate)
  expect(told).toEqual([])
  line.verdict(3, tellRefused(400, 'INVALID_JSON', undefined))
  line.closed()
  expect(told).toEqual([['202 duplicate', '202 new', '400 INVALID_JSON']])
  expect(wrong).toEqual([])
})

test('a stream that is lost keeps the verdicts that it gave, and tells nothing of the other events', () => {
  const { line, told } = threeUnderWay()
  line.verdict(2, tellNew)
  line.closed()
  expect(told).toEqual([[undefined, '202 new', undefined]])
})

test('a stream that is lost without a verdict has said nothing, and one that is closed the same', () => {
  const lost = threeUnderWay()
  lost.line.closed()
  expect(lost.told).toEqual([undefined])
  lost.streams.close()
  const closed = threeUnderWay()
  closed.streams.close()
  expect(closed.told).toEqual([undefined])
})

test('a second verdict for an event, and one for an event that was never sent, are wrong', () => {
  const { line, told, wrong } = threeUnderWay()
  line.verdict(1, tellNew)
  line.verdict(1, tellRefused(422, 'IDEMPOTENCY_KEY_REUSED', undefined))
  line.verdict(9, tellNew)
  expect(wrong).toEqual([
    'stream: a verdict too many: 422 IDEMPOTENCY_KEY_REUSED',
    'stream: a verdict too many: 202 new',
  ])
  line.closed()
  expect(told).toEqual([['202 new', undefined, undefined]])
})

test('what the server says beside verdicts is told as it is', () => {
  const { line, wrong } = threeUnderWay()
  line.wrong('refused with CREDIT_EXCEEDED')
  expect(wrong).toEqual(['stream: refused with CREDIT_EXCEEDED'])
})
