import { describe, expect, test } from 'bun:test'
import { apiKeyId, hashOfApiKey } from '../../contracts/api-key.ts'
import type { ControlEntity } from '../../contracts/control.ts'
import { aKey, aLimit, aTenant, recordOf, stateOf } from '../../contracts/control-builders.ts'
import { type ControlState, foldControl } from '../../contracts/control-state.ts'
import {
  type Change,
  createKey,
  revokeKey,
  revokeKeyText,
  rotateKey,
  setLimit,
  setTenant,
} from './changes.ts'

const now = new Date('2026-02-01T12:00:00.000Z')
const hour = 60 * 60 * 1000
const made = { hash: hashOfApiKey('pulse_new'), now }
const idOf = (text: string) => apiKeyId(hashOfApiKey(text))

const entities = (change: Change): readonly ControlEntity[] => {
  if (change.is !== 'publish') throw new Error(`not published: ${JSON.stringify(change)}`)
  return change.entities
}
const refusal = (change: Change) => (change.is === 'refused' ? change.code : change.is)
const after = (state: ControlState, change: Change) =>
  foldControl(
    state,
    entities(change).map((each) => recordOf(each)),
  ).state

describe('a tenant', () => {
  test('is created enabled, in quarantine, in its first version', () => {
    expect(entities(setTenant(stateOf(), 'acme', {}))).toEqual([aTenant()])
  })

  test('changes in what is given, by one version', () => {
    const state = stateOf(aTenant({ version: 4, validation: 'strict' }))
    expect(entities(setTenant(state, 'acme', { disabled: true }))).toEqual([
      aTenant({ version: 5, validation: 'strict', disabled: true }),
    ])
  })

  test.each([{}, { disabled: false }, { disabled: false, validation: 'quarantine' }] as const)(
    'that is so already is not published again: %p',
    (given) => {
      expect(setTenant(stateOf(aTenant()), 'acme', given)).toEqual({ is: 'nothing' })
    },
  )

  test('keeps fields that a later Pulse has written', () => {
    const later = { ...aTenant(), region: 'eu' }
    expect(entities(setTenant(stateOf(later), 'acme', { disabled: true }))[0]).toMatchObject({
      region: 'eu',
    })
  })
})

describe('limits', () => {
  const state = stateOf(aTenant(), aLimit({ version: 2, events_per_minute: 5 }))

  test('are of a tenant that control knows', () => {
    expect(refusal(setLimit(stateOf(), 'acme', { events: 1 }))).toBe('NO_SUCH_TENANT')
  })

  test.each([0, 600, 'unlimited'] as const)('may be %p', (events) => {
    expect(entities(setLimit(stateOf(aTenant()), 'acme', { events }))).toEqual([
      aLimit({ events_per_minute: events }),
    ])
  })

  test('that are not given stay', () => {
    expect(entities(setLimit(state, 'acme', { bytes: 1000 }))).toEqual([
      aLimit({ version: 3, events_per_minute: 5, bytes_per_minute: 1000 }),
    ])
  })

  test('go back to the default', () => {
    expect(entities(setLimit(state, 'acme', { events: 'default' }))).toEqual([
      aLimit({ version: 3 }),
    ])
  })

  test('that are so already are not published again', () => {
    expect(setLimit(state, 'acme', { events: 5, bytes: 'default' })).toEqual({ is: 'nothing' })
    expect(setLimit(stateOf(aTenant()), 'acme', { events: 'default' })).toEqual({ is: 'nothing' })
  })
})

describe('a new key', () => {
  test('is its hash and its name', () => {
    expect(entities(createKey(stateOf(aTenant()), 'acme', 'phone', made))).toEqual([
      aKey('pulse_new', { name: 'phone', created_at: now.toISOString() }),
    ])
  })

  test('is of a tenant that control knows', () => {
    expect(refusal(createKey(stateOf(), 'acme', 'phone', made))).toBe('NO_SUCH_TENANT')
  })

  test.each([
    ['of a live key is taken', aKey(), 'NAME_TAKEN'],
    [
      'of a key that is ending is taken',
      aKey('k', { expires_at: '2026-02-02T00:00:00Z' }),
      'NAME_TAKEN',
    ],
    ['of a revoked key is free', aKey('k', { revoked: true }), 'publish'],
    ['of an ended key is free', aKey('k', { expires_at: '2026-01-31T00:00:00Z' }), 'publish'],
    ['of another tenant’s key is free', aKey('k', { tenant_id: 'other' }), 'publish'],
  ])('the name %s', (_, key, expected) => {
    expect<string>(refusal(createKey(stateOf(aTenant(), key), 'acme', 'laptop', made))).toBe(
      expected,
    )
  })
})

describe('rotation', () => {
  const state = stateOf(aTenant(), aKey('pulse_old', { version: 3 }))
  const rotated = (which = 'laptop', overlapMs = hour, given = state) =>
    rotateKey(given, 'acme', which, { ...made, overlapMs })

  test.each(['laptop', idOf('pulse_old')])(
    'of %p makes a key of the same name, and the old one ends after the overlap',
    (which) => {
      expect(entities(rotated(which))).toEqual([
        aKey('pulse_new', { created_at: now.toISOString() }),
        aKey('pulse_old', { version: 4, expires_at: '2026-02-01T13:00:00.000Z' }),
      ])
    },
  )

  test('without an overlap revokes the old one', () => {
    expect(entities(rotated('laptop', 0))[1]).toMatchObject({ revoked: true, version: 4 })
  })

  test('during an overlap rotates the new one', () => {
    const next = { hash: hashOfApiKey('pulse_newer'), now, overlapMs: hour }
    const again = rotateKey(after(state, rotated()), 'acme', 'laptop', next)
    expect(entities(again).map((each) => 'hash' in each && each.hash)).toEqual([
      hashOfApiKey('pulse_newer'),
      hashOfApiKey('pulse_new'),
    ])
  })

  test('does not let a key live longer that is ending already', () => {
    const ending = stateOf(aTenant(), aKey('pulse_old', { expires_at: '2026-02-01T12:30:00.000Z' }))
    expect(entities(rotated(idOf('pulse_old'), hour, ending)).map((each) => each.version)).toEqual([
      1,
    ])
  })

  test.each(['phone', idOf('pulse_other')])('of %p, which there is not, is refused', (which) => {
    expect(refusal(rotated(which))).toBe('NO_SUCH_KEY')
  })

  test('of a revoked key is refused', () => {
    const revoked = stateOf(aTenant(), aKey('k', { revoked: true }))
    expect(refusal(rotated('laptop', hour, revoked))).toBe('NO_SUCH_KEY')
  })
})

describe('revocation', () => {
  const old = aKey('pulse_old', { expires_at: '2026-02-02T00:00:00.000Z' })
  const state = stateOf(aTenant(), old, aKey('pulse_now'), aKey('pulse_phone', { name: 'phone' }))
  const hashes = (change: Change) => entities(change).map((each) => 'hash' in each && each.hash)

  test('by name takes every key of that name', () => {
    const change = revokeKey(state, 'acme', 'laptop', now)
    expect(hashes(change)).toEqual([old.hash, hashOfApiKey('pulse_now')])
    for (const key of entities(change)) expect(key).toMatchObject({ revoked: true, version: 2 })
  })

  test('by id takes that one', () => {
    expect(hashes(revokeKey(state, 'acme', idOf('pulse_now'), now))).toEqual([
      hashOfApiKey('pulse_now'),
    ])
  })

  test('of a revoked key changes nothing', () => {
    const revoked = stateOf(aKey('k', { revoked: true }))
    expect(revokeKey(revoked, 'acme', 'laptop', now)).toEqual({ is: 'nothing' })
  })

  test.each([
    ['acme', 'tablet'],
    ['other', 'laptop'],
  ])('of a key that %p does not have is refused: %p', (tenant, which) => {
    expect(refusal(revokeKey(state, tenant, which, now))).toBe('NO_SUCH_KEY')
  })
})

describe('revocation by the text of a key', () => {
  const byText = (state: ControlState, tenant: string, text: string) =>
    revokeKeyText(state, tenant, { hash: hashOfApiKey(text), now })

  test('revokes a key of control', () => {
    expect(entities(byText(stateOf(aKey('k')), 'acme', 'k'))).toEqual([
      aKey('k', { version: 2, revoked: true }),
    ])
  })

  test('makes a record for a key that API_KEYS has', () => {
    expect(entities(byText(stateOf(), 'tenant_a', 'key_a'))).toEqual([
      aKey('key_a', {
        tenant_id: 'tenant_a',
        name: 'API_KEYS',
        revoked: true,
        created_at: now.toISOString(),
      }),
    ])
  })

  test('of another tenant’s key is refused, and says whose it is', () => {
    const change = byText(stateOf(aKey('k')), 'other', 'k')
    expect(refusal(change)).toBe('KEY_OF_ANOTHER_TENANT')
    expect(change).toMatchObject({ message: expect.stringMatching(/laptop .* of acme/) })
  })

  test('a second time changes nothing', () => {
    expect(byText(stateOf(aKey('k', { revoked: true })), 'acme', 'k')).toEqual({ is: 'nothing' })
  })
})
