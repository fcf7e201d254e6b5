import { describe, expect, test } from 'bun:test'
import { controlKeyOf, readControlRecord } from './control.ts'
import { aKey, aLimit, aTenant } from './control-builders.ts'

const bytes = (text: string) => Buffer.from(text)
const read = (key: string | null, value: unknown) =>
  readControlRecord(
    key === null ? null : bytes(key),
    value === null ? null : bytes(typeof value === 'string' ? value : JSON.stringify(value)),
  )
const reasonOf = (key: string | null, value: unknown) => {
  const found = read(key, value)
  return found.is === 'skipped' ? found.reason : found.is
}

describe('an entity is read under its own key', () => {
  test.each([
    ['tenant:acme', aTenant()],
    ['tenant:acme', aTenant({ disabled: true, validation: 'strict', version: 9 })],
    [`key:${aKey().hash}`, aKey()],
    [`key:${aKey().hash}`, aKey('pulse_key', { expires_at: '2026-01-03T20:00:00Z' })],
    ['limit:acme', aLimit()],
    ['limit:acme', aLimit({ events_per_minute: 0, bytes_per_minute: 'unlimited' })],
  ])('%p', (key, entity) => {
    expect(controlKeyOf(entity)).toBe(key)
    expect<unknown>(read(key, entity)).toEqual({ is: 'entity', key, entity })
  })
})

test('fields of a later Pulse are kept', () => {
  expect(read('tenant:acme', { ...aTenant(), region: 'eu' })).toMatchObject({
    entity: { region: 'eu' },
  })
})

test('a value of null removes its entity', () => {
  expect(read('tenant:acme', null)).toEqual({ is: 'removed', key: 'tenant:acme' })
})

describe('skipped, with a reason', () => {
  test.each([
    [null, aTenant(), 'it has no key'],
    [null, null, 'it has no key'],
    ['tenant:acme', '', 'its value is no JSON object'],
    ['tenant:acme', '{', 'its value is no JSON object'],
    ['tenant:acme', 'null', 'its value is no JSON object'],
    ['tenant:acme', '"tenant"', 'its value is no JSON object'],
    ['tenant:acme', '[]', 'its kind is unknown'],
    ['tenant:acme', '{}', 'its kind is unknown'],
    ['schema:orders', { kind: 'schema', version: 1 }, 'its kind is unknown'],
    ['x', { kind: 'constructor' }, 'its kind is unknown'],
    ['tenant:other', aTenant(), 'its key is not that of its tenant'],
    ['key:acme', aKey(), 'its key is not that of its key'],
    ['limit:acme', { ...aTenant(), kind: 'limit' }, 'a limit with a wrong tenant_id'],
    ['tenant:A', aTenant({ id: 'A' }), 'a tenant with a wrong id'],
    ['tenant:acme', { ...aTenant(), validation: 'lenient' }, 'a tenant with a wrong validation'],
  ])('%p %p: %s', (key, value, reason) => {
    expect(reasonOf(key, value)).toStartWith(reason)
  })

  test.each([
    { version: 0 },
    { version: 1.5 },
    { version: '1' },
    { version: 2 ** 53 },
    { version: undefined },
    { hash: 'abc' },
    { hash: aKey().hash.toUpperCase() },
    { tenant_id: undefined },
    { name: '' },
    { name: 'a b' },
    { revoked: 'no' },
    { revoked: undefined },
    { created_at: 'yesterday' },
    { expires_at: '2026-02-30T00:00:00Z' },
    { expires_at: null },
  ])('a key with %p', (given) => {
    expect(read(`key:${aKey().hash}`, { ...aKey(), ...given }).is).toBe('skipped')
  })

  test.each([-1, 1.5, '5', 'default', null])('a limit of %p', (events) => {
    expect(read('limit:acme', { ...aLimit(), events_per_minute: events }).is).toBe('skipped')
  })

  test('the reason quotes nothing of the value', () => {
    for (const field of ['name', 'hash', 'tenant_id', 'revoked', 'created_at', 'expires_at'])
      expect(reasonOf(`key:${aKey().hash}`, { ...aKey(), [field]: 'hunter 2' })).not.toMatch(
        /hunter/,
      )
    expect(reasonOf('key:hunter', '{"hunter":2')).not.toMatch(/hunter/)
  })
})
