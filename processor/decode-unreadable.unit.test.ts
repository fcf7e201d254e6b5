import { describe, expect, test } from 'bun:test'
import { fields, judge, source } from './builders.ts'

/** One argument for each test, also when it is a list or undefined. */
const each = (values: readonly unknown[]) => values.map((value): [unknown] => [value])

describe('a record that cannot be read', () => {
  test.each([
    ['null', null],
    ['empty', ''],
    ['blank', ' \n'],
    ['not JSON', 'hello'],
    ['two values', '{} {}'],
    ['JSON behind a byte order mark', `\ufeff${JSON.stringify(fields())}`],
    ['UTF-16', Buffer.from(JSON.stringify(fields()), 'utf16le')],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['JSON in Latin-1', Buffer.from(JSON.stringify(fields({ note: 'é' })), 'latin1')],
    ['an array', `[${JSON.stringify(fields())}]`],
    ['the JSON null', 'null'],
    ['a number', '1'],
    ['a text', '"x"'],
    ['another object', '{"foo":"bar"}'],
    ['a megabyte of brackets', '['.repeat(1_000_000)],
    ['bytes from 0 to 255', Uint8Array.from({ length: 256 }, (_, i) => i)],
  ])('because it is %s is a dead letter under its coordinates', (_, value) => {
    expect(judge(value)).toMatchObject({
      kind: 'dead',
      tenantId: '',
      idempotencyKey: `@${source.topicId}/3/7`,
      requestId: undefined,
      reason: { code: 'UNREADABLE_RECORD', class: 'unreadable', stage: 'decode' },
      value: value === null ? Buffer.alloc(0) : Buffer.from(value),
    })
  })

  test.each(each([undefined, null, '', 7, {}, [], 'Tenant', 'a b', 'a:b', 'a\0', 'x'.repeat(65)]))(
    'because its tenant is %p belongs to none',
    (tenant_id) => {
      expect(judge({ tenant_id })).toMatchObject({
        kind: 'dead',
        tenantId: '',
        idempotencyKey: `@${source.topicId}/3/7`,
        reason: { code: 'UNREADABLE_RECORD', sentence: expect.stringContaining('tenant_id') },
      })
    },
  )

  test.each(each([undefined, null, '', 7, {}, 'k'.repeat(256), 'a\n', 'a\0', '\ud83d', 'ä']))(
    'because its idempotency key is %p keeps its tenant',
    (idempotency_key) => {
      expect(judge({ idempotency_key })).toMatchObject({
        kind: 'dead',
        tenantId: 'tenant_a',
        idempotencyKey: `@${source.topicId}/3/7`,
        reason: { code: 'UNREADABLE_RECORD', sentence: expect.stringContaining('idempotency_key') },
      })
    },
  )

  test.each(each([undefined, null, '', 7, 'a\0']))(
    'because its request id is %p keeps its tenant and key',
    (request_id) => {
      expect(judge({ request_id })).toMatchObject({
        kind: 'dead',
        tenantId: 'tenant_a',
        idempotencyKey: 'key_1',
        requestId: undefined,
        reason: { code: 'UNREADABLE_RECORD', sentence: expect.stringContaining('request_id') },
      })
    },
  )
})
