import { expect, test } from 'bun:test'
import { grpcStatus, grpcStatusOf } from '../../contracts/grpc-status.ts'
import { rejectionCodes, rejections } from '../../contracts/rejections.ts'
import { fieldsOf } from '../../infra/harness/protobuf.ts'
import type { Refusal } from '../refusal.ts'
import { statusOf } from './status.ts'

const text = (bytes: Uint8Array | bigint | undefined) =>
  bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : ''

/** What a client reads: google.rpc.Status, and each detail by the name of its type. */
function read(refusal: Refusal) {
  const { code, message, details } = statusOf(refusal)
  const fields = fieldsOf(details)
  const all = fields.flatMap(({ number, value }) => {
    if (number !== 3 || !(value instanceof Uint8Array)) return []
    const [type, body] = fieldsOf(value)
    return [[text(type?.value), fieldsOf(body?.value as Uint8Array)] as const]
  })
  expect(Number(fields.find(({ number }) => number === 1)?.value)).toBe(code)
  expect(text(fields.find(({ number }) => number === 2)?.value)).toBe(message)
  return { code, message, details: new Map(all) }
}
const infoOf = ({ details }: ReturnType<typeof read>) =>
  details.get('type.googleapis.com/google.rpc.ErrorInfo') ?? []
const retryOf = ({ details }: ReturnType<typeof read>) =>
  details.get('type.googleapis.com/google.rpc.RetryInfo')

test.each(rejectionCodes)(
  '%s has a status, its code as the reason, and a delay when it is worth repeating',
  (code) => {
    const status = read({ code, retryAfterSeconds: 7 })
    expect(status.code).toBe(grpcStatus[grpcStatusOf[code]])
    const info = infoOf(status)
    expect(info.slice(0, 2).map(({ value }) => text(value))).toEqual([code, 'pulse'])
    const delay = retryOf(status)?.[0]?.value
    if (rejections[code].retryable) {
      expect(Number(fieldsOf(delay as Uint8Array)[0]?.value)).toBe(7)
      expect(['ABORTED', 'RESOURCE_EXHAUSTED', 'UNAVAILABLE']).toContain(grpcStatusOf[code])
    } else {
      expect(delay).toBeUndefined()
      expect(['RESOURCE_EXHAUSTED', 'UNAVAILABLE']).not.toContain(grpcStatusOf[code])
    }
  },
)

test('findings say which field is wrong, ten of them at most', () => {
  const finding = { code: 'FIELD_MISSING', path: '/payload', message: 'missing payload' } as const
  const findings = new Array(30).fill(finding)
  const { details } = read({ code: 'INVALID_EVENT', findings })
  const violations = details.get('type.googleapis.com/google.rpc.BadRequest') ?? []
  expect(violations).toHaveLength(10)
  const [first] = violations
  expect(fieldsOf(first?.value as Uint8Array).map(({ value }) => text(value))).toEqual([
    '/payload',
    'missing payload',
    'FIELD_MISSING',
  ])
})

test('all of it stays within what clients take of trailers', () => {
  const finding = {
    code: 'FIELD_INVALID',
    path: 'p'.repeat(9999),
    message: 'm'.repeat(9999),
  } as const
  const refusal = { code: 'INVALID_EVENT', findings: new Array(99).fill(finding) } as const
  expect(statusOf(refusal).details.length).toBeLessThan(6_000)
})
