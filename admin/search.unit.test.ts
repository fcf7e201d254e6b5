import { describe, expect, test } from 'bun:test'
import { aDeadLetter, aLedgerEntry, anAdmin, anEvent, noStore, someRecords } from './builders.ts'
import type { Store } from './store.ts'

const asJson = { headers: { Accept: 'application/json' } }

test('an integer of 20 digits in a payload arrives as it was stored', async () => {
  const event = anEvent({ payload: '{"n": 12345678901234567890}', extra: '{"m": 1.10}' })
  const admin = anAdmin({
    store: { matches: async () => ({ events: [event], deadLetters: [], more: false }) },
  })
  const json = await (await admin.request('/admin/event/search?tenant=a&eventId=e')).text()
  expect(json).toContain('"payload":{"n": 12345678901234567890},"extra":{"m": 1.10}')
  const html = await (await admin.request('/search?tenant=a&eventId=e')).text()
  expect(html).toContain(': 12345678901234567890')
})

test.each([
  ['/admin/event/search', 'MISSING_PARAMETER'],
  ['/admin/event/search?tenant=a', 'MISSING_PARAMETER'],
  ['/admin/event/search?eventId=a', 'MISSING_PARAMETER'],
  ['/admin/event/search?tenant=&eventId=', 'MISSING_PARAMETER'],
  ['/admin/event/search?tenant=a&idempotencyKey=k', 'MISSING_PARAMETER'],
  ['/admin/event/by-idempotency?tenant=a', 'MISSING_PARAMETER'],
  ['/search?eventId=e', 'MISSING_PARAMETER'],
  ['/search?from=yesterday', 'INVALID_PARAMETER'],
  ['/search?to=2026-02-30', 'INVALID_PARAMETER'],
  ['/search?payload={', 'INVALID_PARAMETER'],
  ['/search?payload=%22%5Cu0000%22', 'INVALID_PARAMETER'],
  ['/search?before=1', 'INVALID_PARAMETER'],
  [`/search?q=${'q'.repeat(10_240)}`, 'INVALID_PARAMETER'],
  ['/dlq?limit=0', 'INVALID_PARAMETER'],
  ['/dlq?limit=-1', 'INVALID_PARAMETER'],
  ['/dlq?from=x', 'INVALID_PARAMETER'],
  ['/search?before=999999999999999_00000000-0000-0000-0000-000000000000', 'INVALID_PARAMETER'],
  ['/search?from=0000-01-01', 'INVALID_PARAMETER'],
  ['/dlq?before=2026_1', 'INVALID_PARAMETER'],
  ['/dlq?before=0000-01-01T00:00:00.000000Z_1', 'INVALID_PARAMETER'],
  ['/dlq?before=2026-13-01T00:00:00.000000Z_1', 'INVALID_PARAMETER'],
  [`/dlq?type=${'t'.repeat(10_240)}`, 'INVALID_PARAMETER'],
  ['/dlq.ndjson?from=x', 'INVALID_PARAMETER'],
  ['/tail?payload={', 'INVALID_PARAMETER'],
  ['/live/tail?payload={', 'INVALID_PARAMETER'],
  ['/events', 'INVALID_PARAMETER'],
  [`/events?tenant=a&key=${'k'.repeat(301)}`, 'INVALID_PARAMETER'],
  [`/events/${'r'.repeat(256)}`, 'INVALID_PARAMETER'],
  ['/search?tenant=a&eventId=e&idempotencyKey=k', 'INVALID_PARAMETER'],
  [`/admin/event/search?tenant=${'a'.repeat(65)}&eventId=e`, 'INVALID_PARAMETER'],
  [`/admin/event/search?tenant=a&eventId=${'e'.repeat(10_240)}`, 'INVALID_PARAMETER'],
  ['/admin/event/by-idempotency?tenant=a&idempotencyKey=%00', 'INVALID_PARAMETER'],
  ['/admin/dlq/sample?limit=0', 'INVALID_PARAMETER'],
  ['/admin/dlq/sample?limit=201', 'INVALID_PARAMETER'],
  ['/admin/dlq/sample?limit=-1', 'INVALID_PARAMETER'],
  ['/admin/dlq/sample?limit=1e1', 'INVALID_PARAMETER'],
])('%s is refused as %s before anything is looked up', async (path, code) => {
  const store = noStore
  const answer = await anAdmin({ store }).request(path, asJson)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toEqual({ error: { code, message: expect.any(String) } })
})

test('a key of 255 characters with quotes and percent signs is looked up as it is', async () => {
  const key = `'"%_\\;--${'k'.repeat(247)}`
  let asked: unknown
  const keyRecords = async (...given: unknown[]) => {
    asked = given.slice(0, 2)
    return someRecords()
  }
  const query = new URLSearchParams({ tenant: 'a', idempotencyKey: key })
  await anAdmin({ store: { keyRecords } }).request(`/admin/event/by-idempotency?${query}`)
  expect(asked).toEqual(['a', key])
})

test('a stored key answers its event, and a letter of another event with that key as a conflict', async () => {
  const keyRecords = async () =>
    someRecords({
      ledger: aLedgerEntry(),
      events: [anEvent()],
      deadLetters: [aDeadLetter({ class: 'conflict', code: 'KEY_REUSED' })],
    })
  const admin = anAdmin({ store: { keyRecords } })
  const path = '/admin/event/by-idempotency?tenant=tenant_a&idempotencyKey=key_1'
  expect(await (await admin.request(path)).json()).toMatchObject({
    outcome: 'stored',
    event: { eventId: 'evt_1', payload: { user_id: 'u1' } },
    deadLetter: null,
    conflicts: [{ code: 'KEY_REUSED' }],
    contradictions: [],
  })
})

test('a dead key answers its dead letter', async () => {
  const keyRecords = async () =>
    someRecords({
      ledger: aLedgerEntry({ outcome: 'dead' }),
      events: [],
      deadLetters: [aDeadLetter()],
    })
  const admin = anAdmin({ store: { keyRecords } })
  const path = '/admin/event/by-idempotency?tenant=tenant_a&idempotencyKey=key_1'
  expect(await (await admin.request(path)).json()).toMatchObject({
    outcome: 'dead',
    event: null,
    deadLetter: { reason: 'MISSING_FIELD: event_type is required' },
  })
})

test('twenty large events with one id are one page that can be looked at', async () => {
  const payload = JSON.stringify(Array.from({ length: 60_000 }, () => [1]))
  const events = Array.from({ length: 20 }, () => anEvent({ payload }))
  const matches = async () => ({ events, deadLetters: [], more: false })
  const html = await (
    await anAdmin({ store: { matches } }).request('/search?tenant=a&eventId=e')
  ).text()
  expect(html.length).toBeLessThan(1024 * 1024)
  expect(html).toContain(`of ${payload.length.toLocaleString('en')} characters.`)
})

describe('what is typed into the find box', () => {
  const find = async (given: Partial<Store>) => {
    const admin = anAdmin({
      store: { tenants: async () => ['tenant_a', 'tenant_b'], ...given },
    })
    const page = await (await admin.request('/search?q=order-1')).text()
    const answer = await admin.request('/search?q=order-1', asJson)
    return { page, json: (await answer.json()) as Record<string, unknown> }
  }

  test('and is a key of several tenants is shown with each of them', async () => {
    const { page, json } = await find({ tenantsOfKey: async () => ['tenant_a', 'tenant_b'] })
    for (const tenant of ['tenant_a', 'tenant_b']) {
      expect(page).toContain(`href="/events?tenant=${tenant}&amp;key=order-1"`)
      expect(json.keys).toContainEqual({
        ...{ tenantId: tenant, idempotencyKey: 'order-1' },
        href: `/events?tenant=${tenant}&key=order-1`,
      })
    }
  })

  test('and is the key of one tells its fate', async () => {
    const keyRecords = async () => someRecords({ ledger: aLedgerEntry(), events: [anEvent()] })
    const { json } = await find({ tenantsOfKey: async () => ['tenant_b'], keyRecords })
    expect(json).toMatchObject({ tenantId: 'tenant_b', outcome: 'stored' })
  })

  test('and is an id of one tenant’s event and a key of another’s shows both', async () => {
    const { page, json } = await find({
      matches: async () => ({ events: [anEvent()], deadLetters: [], more: false }),
      tenantsOfKey: async () => ['tenant_b'],
    })
    expect(json).toMatchObject({ events: [{ eventId: 'evt_1' }], keys: [{ tenantId: 'tenant_b' }] })
    expect(page).toContain('Idempotency keys of this name')
  })

  test('says when there are more tenants than were looked at', async () => {
    const tenants = async (most: number) => Array.from({ length: most }, (_, n) => `t${n}`)
    const { page, json } = await find({ tenants })
    expect(json).toMatchObject({ events: [], keys: [], onlyTenants: 100 })
    expect(page).toContain('Only the first 100 tenants were looked at')
  })
})

test('two rows under one key are a broken promise, said aloud', async () => {
  const keyRecords = async () =>
    someRecords({
      ledger: aLedgerEntry(),
      events: [anEvent(), anEvent({ offset: 9 })],
      deadLetters: [],
    })
  const html = await (
    await anAdmin({ store: { keyRecords } }).request('/search?tenant=a&idempotencyKey=k')
  ).text()
  expect(html).toContain('A promise is broken here')
  expect(html).toContain('2 events are stored under this one key.')
})

test('an unknown key is null everywhere, and the page says what to do next', async () => {
  const admin = anAdmin()
  const path = '/admin/event/by-idempotency?tenant=a&idempotencyKey=k'
  expect(await (await admin.request(path)).json()).toMatchObject({
    outcome: null,
    event: null,
    deadLetter: null,
  })
  const html = await (await admin.request('/search?tenant=a&idempotencyKey=k')).text()
  expect(html).toContain('No record with this key')
})

test.each([
  ['/search?type=rare', '&before=1_00000000-0000-0000-0000-000000000000', 'No stored event fits'],
  ['/dlq?type=rare', '&before=2026-01-02T20:00:30.000000Z_9', 'No dead letter fits'],
])(
  '%s: a page behind the first without rows is the end of a list, not an empty list',
  async (path, before, nothing) => {
    const html = async (of: string) => await (await anAdmin().request(of)).text()
    expect(await html(path)).toContain(nothing)
    const last = await html(path + before)
    expect(last).not.toContain(nothing)
    for (const part of ['id="rows"', 'id="pager"', 'This is all of it.', 'Back to the newest'])
      expect(last).toContain(part)
  },
)

const ofKey = '/events?tenant=a&key=k'

test('with Postgres down the API answers 503 and the page 200 with the word unknown', async () => {
  const admin = anAdmin({ store: noStore })
  for (const path of ['/search?tenant=a&eventId=e', '/search', '/dlq', '/dlq/1', '/tail', ofKey]) {
    const api = await admin.request(path, asJson)
    expect(api.status).toBe(503)
    expect(await api.json()).toMatchObject({ error: { code: 'UNAVAILABLE' } })
    const page = await admin.request(path)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('unknown')
  }
})

test('a query that is cut off says so', async () => {
  const cutOff = async () => {
    throw Object.assign(new Error('canceling statement'), { code: '57014' })
  }
  const admin = anAdmin({ store: { newestDeadLetters: cutOff, lettersBetween: cutOff } })
  expect(await (await admin.request('/admin/dlq/sample')).json()).toMatchObject({
    error: { code: 'TOO_SLOW' },
  })
  expect(await (await admin.request('/dlq')).text()).toContain('the query was cut off')
})
