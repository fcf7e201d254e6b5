import { expect, test } from 'bun:test'
import { streamAck, streamOpened, streamRefusal } from '../../contracts/answers.ts'
import { rejectionCodes, rejections } from '../../contracts/rejections.ts'
import type { Verdict } from '../verdict.ts'
import { ackText, closingOf, openText, refusalText } from './messages.ts'

const accepted = (requestId: string, duplicate = false): Verdict => ({
  ...{ kind: 'accepted', requestId, duplicate, warnings: [], quota: undefined },
})

test('the first message tells the credit and the limits', () => {
  const opened = { request_id: 'req_1', credit: 5, max_event_bytes: 6, max_frame_bytes: 7 }
  expect(streamOpened.assert(JSON.parse(openText(opened)))).toEqual({ type: 'open', ...opened })
})

test('an ack has each verdict as a batch has it, with its seq', () => {
  const finding = { code: 'FIELD_MISSING', path: '/payload', message: 'missing payload' } as const
  const judged = [
    { seq: 1, verdict: accepted('req_1.0') },
    { seq: 2, verdict: { ...accepted('req_0.9', true), warnings: [finding] } as Verdict },
    { seq: 3, verdict: { kind: 'rejected', code: 'NOT_AN_OBJECT', quota: undefined } as const },
    {
      seq: 4,
      verdict: { kind: 'rejected', code: 'OVERLOADED', quota: undefined, retryAfterSeconds: 2 },
    } as const,
  ]
  const ack = JSON.parse(ackText(judged, 4))
  expect(streamAck.assert(ack)).toEqual({
    type: 'ack',
    credit: 4,
    results: [
      { seq: 1, status: 'accepted', request_id: 'req_1.0', duplicate: false },
      { seq: 2, status: 'accepted', request_id: 'req_0.9', duplicate: true, warnings: [finding] },
      {
        seq: 3,
        status: 'rejected',
        error: { code: 'NOT_AN_OBJECT', message: rejections.NOT_AN_OBJECT.message },
      },
      {
        seq: 4,
        status: 'retry',
        error: { code: 'OVERLOADED', message: rejections.OVERLOADED.message },
        retry_after_seconds: 2,
      },
    ],
  })
})

test('a refusal reads as it does over HTTP', () => {
  expect(streamRefusal.assert(JSON.parse(refusalText({ code: 'UNAUTHORIZED' })))).toMatchObject({
    error: { code: 'UNAUTHORIZED', next: rejections.UNAUTHORIZED.next },
  })
})

test.each(rejectionCodes)(
  '%s closes with its status, and a reason that fits a close frame',
  (code) => {
    const { code: closing, reason } = closingOf({ code })
    expect(closing).toBe(4000 + rejections[code].status)
    expect(reason).toStartWith(`${code}: `)
    expect(Buffer.byteLength(reason)).toBeLessThan(124)
  },
)

test('a process that stops asks to connect again', () => {
  expect(closingOf('stopping')).toEqual({
    code: 1012,
    reason: 'Ingest stops: connect again, and repeat what has no verdict',
  })
})
