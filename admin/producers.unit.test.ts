import { expect, test } from 'bun:test'
import { hashOfApiKey } from '../contracts/api-key.ts'
import { type ControlEntity, controlKeyOf } from '../contracts/control.ts'
import { makeFindProducer } from './producers.ts'

const record = (entity: ControlEntity, offset: number) => ({
  offset,
  key: Buffer.from(controlKeyOf(entity)),
  value: Buffer.from(JSON.stringify(entity)),
})
const aKey = (key: string, tenant_id: string, given: object = {}) =>
  ({
    ...{ kind: 'key', version: 1, hash: hashOfApiKey(key), tenant_id, name: 'k', revoked: false },
    ...{ created_at: '2026-01-01T00:00:00Z', ...given },
  }) as ControlEntity
const aTenant = (id: string, disabled = false): ControlEntity => ({
  ...{ kind: 'tenant', version: 1, id, disabled, validation: 'quarantine' },
})

function aFinder(entities: readonly ControlEntity[]) {
  let clock = Date.parse('2026-01-02T00:00:00Z')
  let now = entities
  let reads = 0
  const find = makeFindProducer({
    apiKeys: ['bootstrap', 'revoked', 'of disabled'].map((key) => ({
      ...{ tenantId: key === 'of disabled' ? 'off' : 'acme', keyHash: hashOfApiKey(key) },
      eventsPerMinute: undefined,
    })),
    readControl: async () => {
      reads++
      return now.map(record)
    },
    now: () => clock,
  })
  const later = (ms: number, then: readonly ControlEntity[]) => {
    clock += ms
    now = then
  }
  return { find, later, reads: () => reads }
}

test('a key is its tenant’s, as ingest decides it', async () => {
  const { find } = aFinder([
    aKey('k1', 'acme'),
    aKey('revoked', 'acme', { revoked: true }),
    aKey('expired', 'acme', { expires_at: '2026-01-01T12:00:00Z' }),
    aTenant('off', true),
    aKey('k2', 'off'),
  ])
  expect(await find('k1')).toEqual({ is: 'known', tenantId: 'acme' })
  expect(await find('bootstrap')).toEqual({ is: 'known', tenantId: 'acme' })
  for (const key of ['nobodys', 'revoked', 'expired', 'k2', 'of disabled', '', 'k'.repeat(256)])
    expect([key, await find(key)]).toEqual([key, { is: 'unknown' }])
})

test('a key that is revoked is refused within seconds, and control is not read for every question', async () => {
  const { find, later, reads } = aFinder([aKey('k1', 'acme')])
  await Promise.all([find('k1'), find('k1'), find('x')])
  expect(reads()).toBe(1)
  later(2_000, [aKey('k1', 'acme', { version: 2, revoked: true })])
  expect(await find('k1')).toEqual({ is: 'unknown' })
})

test('without control nobody is refused and nobody let in', async () => {
  const find = makeFindProducer({
    apiKeys: [],
    readControl: () => Promise.reject(new Error('gone')),
    now: Date.now,
  })
  expect(await find('k1')).toEqual({ is: 'undecided' })
})
