import { describe, expect, test } from 'bun:test'
import { apiKeyId } from '../../contracts/api-key.ts'
import { aKey, aLimit, aTenant, stateOf } from '../../contracts/control-builders.ts'
import { changeText, tenantsText, tenantView, tenantViews } from './show.ts'

const now = new Date('2026-02-01T12:00:00Z')
const idOf = (text: string) => apiKeyId(aKey(text).hash)

test('a tenant without limits of its own has the default ones', () => {
  expect(tenantView(stateOf(aTenant()), 'acme', now)).toEqual({
    id: 'acme',
    known: true,
    disabled: false,
    validation: 'quarantine',
    limits: { events_per_minute: 'default', bytes_per_minute: 'default' },
    keys: [],
  })
})

test.each([
  ['live', aKey()],
  ['ending', aKey('k', { expires_at: '2026-02-01T12:00:01Z' })],
  ['ended', aKey('k', { expires_at: '2026-02-01T12:00:00Z' })],
  ['revoked', aKey('k', { revoked: true })],
  ['revoked', aKey('k', { revoked: true, expires_at: '2026-03-01T00:00:00Z' })],
] as const)('a key is %s', (state, key) => {
  expect(tenantView(stateOf(key), 'acme', now).keys[0]?.state).toBe(state)
})

test('tenants are listed by id, also those that control has only a key of; keys by age', () => {
  const state = stateOf(
    aTenant({ id: 'zeta' }),
    aKey('second', { created_at: '2026-01-02T00:00:00Z' }),
    aKey('first', { created_at: '2026-01-01T00:00:00Z' }),
  )
  const views = tenantViews(state, now)
  expect(views.map(({ id, known }) => [id, known])).toEqual([
    ['acme', false],
    ['zeta', true],
  ])
  expect(views[0]?.keys.map(({ id }) => id)).toEqual([idOf('first'), idOf('second')])
})

describe('as text', () => {
  const state = stateOf(
    aTenant({ validation: 'strict', disabled: true }),
    aLimit({ events_per_minute: 6000, bytes_per_minute: 'unlimited' }),
    aKey('k', { expires_at: '2026-02-02T09:30:00Z' }),
    aTenant({ id: 'zeta' }),
  )

  test('a tenant is a line, and its keys are below it', () => {
    expect(tenantsText(tenantViews(state, now))).toBe(
      `${[
        'TENANT  STATE     VALIDATION  EVENTS/MIN  BYTES/MIN',
        'acme    disabled  strict      6,000       unlimited',
        `  ${idOf('k')}  laptop  until 2026-02-02 09:30Z  since 2026-01-02 20:00Z`,
        'zeta    enabled   quarantine  default     default',
      ].join('\n')}\n`,
    )
  })

  test('without tenants it says how to make one', () => {
    expect(tenantsText([])).toContain('bun run control tenant set')
  })

  test('a new key is shown once, and only where it is new', () => {
    const tenant = tenantView(state, 'acme', now)
    const text = changeText([aKey('k')], tenant, 'pulse_secret')
    expect(text.match(/pulse_secret/g)).toHaveLength(1)
    expect(text).toStartWith(
      `Published, in force within 5 seconds: key laptop (${idOf('k')}) of acme, version 1\n`,
    )
    expect(changeText([aKey('k')], tenant, undefined)).not.toContain('shown this once')
  })

  test('what is so already is said to be so', () => {
    expect(changeText([], tenantView(state, 'acme', now), undefined)).toStartWith(
      'It is so already',
    )
  })
})
