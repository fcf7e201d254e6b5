import { describe, expect, test } from 'bun:test'
import { type } from 'arktype'
import { parseApiKeys } from '../contracts/api-keys.ts'
import type { ControlEntity } from '../contracts/control.ts'
import { aKey, aLimit, aTenant, stateOf } from '../contracts/control-builders.ts'
import { makeTenants, type Tenant } from './tenants.ts'

const defaults = { eventsPerMinute: 300, bytesPerMinute: 'unlimited' } as const
const noon = Date.parse('2026-02-01T12:00:00Z')

/** Tenants of an API_KEYS and of what control holds, at a time; both can be changed. */
function make(apiKeys: string, ...entities: readonly ControlEntity[]) {
  const keys = apiKeys === '' ? [] : parseApiKeys(apiKeys)
  if (keys instanceof type.errors) throw new Error(keys.summary)
  const at = { control: stateOf(...entities) as ReturnType<typeof stateOf> | undefined, now: noon }
  const deps = { apiKeys: keys, control: () => at.control, now: () => at.now }
  const { byKey } = makeTenants(deps, defaults)
  const tenant = (key: string): Tenant => {
    const found = byKey(key)
    if (typeof found === 'string') throw new Error(found)
    return found
  }
  return { at, byKey, tenant }
}

describe('API_KEYS', () => {
  const tenants = make(`a:key_a,a:key_a2,b:key_b:7,c:${'k'.repeat(255)}`)

  test.each([
    ['key_a', 'a'],
    ['key_a2', 'a'],
    ['key_b', 'b'],
    ['k'.repeat(255), 'c'],
  ])('%p belongs to tenant %p', (key, id) => {
    expect(tenants.tenant(key).id).toBe(id)
  })

  test.each([
    '',
    ' ',
    'key',
    'key_',
    'key_c',
    'KEY_A',
    'key_a ',
    ' key_a',
    'key_a,key_b',
    'a:key_a',
    'key_a\0',
    'kéy_a',
    'k'.repeat(256),
    'k'.repeat(10_240),
    'constructor',
    '__proto__',
  ])('%p belongs to nobody', (key) => {
    expect(tenants.byKey(key)).toBe('unknown')
  })

  test('gives a tenant its own limit, else the default, and quarantine', () => {
    expect(tenants.tenant('key_b').limits).toEqual({ ...defaults, eventsPerMinute: 7 })
    expect(tenants.tenant('key_a')).toEqual({ id: 'a', limits: defaults, validation: 'quarantine' })
  })

  test('without keys nobody may produce', () => {
    expect(make('').byKey('key_a')).toBe('unknown')
  })
})

test('before control is loaded nobody is known, and nobody refused', () => {
  const tenants = make('a:key_a')
  tenants.at.control = undefined
  for (const key of ['key_a', 'key_b', '']) expect(tenants.byKey(key)).toBe('not loaded')
})

describe('control', () => {
  const yesterday = '2026-01-31T00:00:00Z'
  const tomorrow = '2026-02-02T00:00:00Z'

  test.each<[string, ControlEntity[], string]>([
    ['a live key is its tenant’s', [aTenant(), aKey()], 'acme'],
    ['a key is its tenant’s also when nothing else is said of the tenant', [aKey()], 'acme'],
    ['a revoked key is nobody’s', [aTenant(), aKey('pulse_key', { revoked: true })], 'unknown'],
    [
      'a key that has ended is nobody’s',
      [aTenant(), aKey('pulse_key', { expires_at: yesterday })],
      'unknown',
    ],
    [
      'a key that will end is its tenant’s',
      [aTenant(), aKey('pulse_key', { expires_at: tomorrow })],
      'acme',
    ],
    ['a disabled tenant’s key is nobody’s', [aTenant({ disabled: true }), aKey()], 'unknown'],
    [
      'another tenant’s being disabled is no matter',
      [aTenant({ id: 'b', disabled: true }), aKey()],
      'acme',
    ],
  ])('%s', (_, entities, expected) => {
    const found = make('', ...entities).byKey('pulse_key')
    expect(typeof found === 'string' ? found : found.id).toBe(expected)
  })

  test('both keys work during a rotation, and one after it', () => {
    const old = aKey('old', { expires_at: tomorrow })
    const tenants = make('', aTenant(), old, aKey('new'))
    expect([tenants.tenant('old').id, tenants.tenant('new').id]).toEqual(['acme', 'acme'])
    tenants.at.now = Date.parse(tomorrow)
    expect(tenants.byKey('old')).toBe('unknown')
    expect(tenants.tenant('new').id).toBe('acme')
  })

  test.each<[string, ControlEntity[], Tenant['limits']]>([
    ['the defaults', [], defaults],
    [
      'the tenant’s own',
      [aLimit({ events_per_minute: 5, bytes_per_minute: 9 })],
      { eventsPerMinute: 5, bytesPerMinute: 9 },
    ],
    ['0, which blocks', [aLimit({ events_per_minute: 0 })], { ...defaults, eventsPerMinute: 0 }],
    [
      'unlimited',
      [aLimit({ events_per_minute: 'unlimited' })],
      { ...defaults, eventsPerMinute: 'unlimited' },
    ],
    ['no other tenant’s', [aLimit({ tenant_id: 'b', events_per_minute: 5 })], defaults],
  ])('limits are %s', (_, entities, limits) => {
    expect(make('', aTenant(), aKey(), ...entities).tenant('pulse_key').limits).toEqual(limits)
  })

  test('says how the tenant’s events are validated', () => {
    const tenants = make('', aTenant({ validation: 'strict' }), aKey())
    expect(tenants.tenant('pulse_key').validation).toBe('strict')
  })
})

describe('control counts more than API_KEYS', () => {
  test('a key that it revokes is nobody’s', () => {
    const revoked = aKey('key_a', { tenant_id: 'a', revoked: true })
    expect(make('a:key_a', revoked).byKey('key_a')).toBe('unknown')
  })

  test('a tenant that it disables has no key', () => {
    expect(make('a:key_a', aTenant({ id: 'a', disabled: true })).byKey('key_a')).toBe('unknown')
  })

  test('a key is the tenant’s that control says', () => {
    expect(make('a:key_a', aKey('key_a', { tenant_id: 'b' })).tenant('key_a').id).toBe('b')
  })

  test('its limit is the limit', () => {
    const limit = aLimit({ tenant_id: 'a', events_per_minute: 5 })
    expect(make('a:key_a:7', limit).tenant('key_a').limits.eventsPerMinute).toBe(5)
    const bytesOnly = aLimit({ tenant_id: 'a', bytes_per_minute: 5 })
    expect(make('a:key_a:7', bytesOnly).tenant('key_a').limits).toEqual({
      eventsPerMinute: 7,
      bytesPerMinute: 5,
    })
  })
})

describe('a change', () => {
  test('is seen by a key that was looked up before', () => {
    const tenants = make('', aTenant(), aKey())
    expect(tenants.tenant('pulse_key').validation).toBe('quarantine')
    tenants.at.control = stateOf(aTenant({ validation: 'strict' }), aKey())
    expect(tenants.tenant('pulse_key').validation).toBe('strict')
    tenants.at.control = stateOf(aKey('pulse_key', { revoked: true }))
    expect(tenants.byKey('pulse_key')).toBe('unknown')
    tenants.at.control = stateOf(aKey())
    expect(tenants.tenant('pulse_key').id).toBe('acme')
  })

  test('of another tenant leaves the tenant the very object, and so do its other keys', () => {
    const tenants = make('', aTenant(), aKey('one'), aKey('two'))
    const before = tenants.tenant('one')
    expect(tenants.tenant('two')).toBe(before)
    tenants.at.control = stateOf(aTenant(), aKey('one'), aTenant({ id: 'b' }))
    expect(tenants.tenant('one')).toBe(before)
    tenants.at.control = stateOf(aTenant(), aKey('one'), aLimit({ events_per_minute: 5 }))
    expect(tenants.tenant('one')).not.toBe(before)
  })
})
