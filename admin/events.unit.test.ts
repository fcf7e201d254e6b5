import { describe, expect, test } from 'bun:test'
import { requestIdFrom } from '../contracts/request-id.ts'
import {
  aDeadLetter,
  aLedgerEntry,
  anAdmin,
  anEvent,
  aRequestKey,
  NOW,
  noStore,
  refused,
  someRecords,
} from './builders.ts'

const requestId = requestIdFrom(NOW.getTime() - 1000, crypto.randomUUID())
const asked: unknown[] = []
const stored = {
  requestKeys: async (...given: unknown[]) => {
    asked.push(given)
    return given[1] === 'tenant_b' ? [] : [aRequestKey()]
  },
  keyRecords: async () => someRecords({ ledger: aLedgerEntry(), events: [anEvent()] }),
}
const producer = (tenantId: string) => async () => ({ is: 'known', tenantId }) as const
const as = (key: string) => ({ headers: { 'X-API-Key': key } })

describe('a producer asks for its request by its key', () => {
  test('and learns that its event is stored', async () => {
    const admin = anAdmin({ store: stored, findProducer: producer('tenant_a') })
    const answer = await admin.request(`/events/${requestId}`, as('k'))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      ...{ request_id: requestId, status: 'stored', repeated: false, tenant_id: 'tenant_a' },
      ...{ idempotency_key: 'key_1', event_id: 'evt_1', event_type: 'user_login' },
      ...{ received_at: NOW.toISOString(), stored_at: NOW.toISOString() },
      ...{ failed_at: null, reason: null },
    })
  })

  test('and learns why it is a dead letter', async () => {
    const ledger = aLedgerEntry({ outcome: 'dead' })
    const keyRecords = async () => someRecords({ ledger, deadLetters: [aDeadLetter()] })
    const store = { ...stored, keyRecords }
    const admin = anAdmin({ store, findProducer: producer('tenant_a') })
    expect(await (await admin.request(`/events/${requestId}`, as('k'))).json()).toMatchObject({
      ...{ status: 'dead_letter', reason: 'MISSING_FIELD: event_type is required' },
      ...{ stored_at: null, failed_at: NOW.toISOString() },
    })
  })

  test('and another tenant’s request looks as if it had never been', async () => {
    const admin = anAdmin({ store: stored, findProducer: producer('tenant_b') })
    const answer = await admin.request(`/events/${requestId}`, as('k'))
    expect(answer.status).toBe(404)
    expect(asked.at(-1)).toEqual([requestId, 'tenant_b'])
    expect(answer.headers.get('retry-after')).toBe('1')
    const old = requestIdFrom(NOW.getTime() - 3_600_000, crypto.randomUUID())
    expect((await admin.request(`/events/${old}`, as('k'))).headers.get('retry-after')).toBeNull()
  })

  test('and a bearer token is a key too', async () => {
    const keys: string[] = []
    const findProducer = async (key: string) => {
      keys.push(key)
      return { is: 'unknown' } as const
    }
    const admin = anAdmin({ store: noStore, findProducer })
    const headers = { Authorization: 'Bearer pulse_x' }
    const answer = await admin.request(`/events/${requestId}`, { headers })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: { code: 'UNAUTHORIZED' } })
    expect((await admin.request(`/events/${requestId}`, as(''))).status).toBe(401)
    expect(keys).toEqual(['pulse_x', ''])
  })

  test('and what is no key at all makes nobody an operator', async () => {
    const admin = anAdmin({ store: stored, findProducer: async () => ({ is: 'unknown' }) })
    for (const path of [`/events/${requestId}`, '/events?tenant=tenant_a&key=key_1'])
      for (const Authorization of ['Basic YTpi', 'Bearer', 'pulse_x', ''])
        expect((await admin.request(path, { headers: { Authorization } })).status).toBe(401)
  })

  test('or by the idempotency key, and of another tenant learns nothing', async () => {
    const of = (tenant: string) => anAdmin({ store: stored, findProducer: producer(tenant) })
    const path = '/events?tenant=tenant_a&key=key_1'
    expect(await (await of('tenant_a').request(path, as('k'))).json()).toMatchObject({
      ...{ request_id: 'req_1', status: 'stored', event_id: 'evt_1', tenant_id: 'tenant_a' },
    })
    const answer = await of('tenant_b').request(path, as('k'))
    expect(answer.status).toBe(404)
    expect(await answer.text()).not.toContain('evt_1')
    const nothing = anAdmin({ findProducer: producer('tenant_a') })
    expect((await nothing.request(path, as('k'))).status).toBe(404)
    expect((await nothing.request('/events?tenant=tenant_a', as('k'))).status).toBe(400)
  })

  test('and waits no longer for keys that cannot be read than for anything else', async () => {
    const admin = anAdmin({ store: stored, findProducer: () => new Promise(() => {}) })
    const answer = await admin.request(`/events/${requestId}`, as('k'))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  })

  test('and is told to come back while keys or events cannot be read', async () => {
    const undecided = async () => ({ is: 'undecided' }) as const
    for (const admin of [
      anAdmin({ findProducer: undecided }),
      anAdmin({ store: noStore, findProducer: producer('tenant_a') }),
    ]) {
      const answer = await admin.request(`/events/${requestId}`, as('k'))
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    }
  })
})

describe('an operator asks for a request', () => {
  test('and sees its way, all of it, and a call to copy', async () => {
    const html = await (await anAdmin({ store: stored }).request(`/events/${requestId}`)).text()
    for (const text of ['Its way', 'Accepted', 'In Kafka', 'Validated', 'Stored', 'curl -H'])
      expect(html).toContain(text)
  })

  test('and sees which projections have passed it, and why one has not', async () => {
    const of = { phase: 'following', behind: 0, pausedWhy: null, passed: false } as const
    const projections = [
      { ...of, name: 'users', passed: true },
      { ...of, name: 'orders', behind: 12 },
      { ...of, name: 'stock', behind: 3, pausedWhy: 'relation "x" does not exist' },
      { ...of, name: 'late', behind: null },
      { ...of, name: 'fresh', behind: null, phase: 'history' as const },
    ]
    const keyRecords = async () =>
      someRecords({ ledger: aLedgerEntry(), events: [anEvent()], projections })
    const admin = anAdmin({ store: { ...stored, keyRecords } })
    const html = await (await admin.request(`/events/${requestId}`)).text()
    for (const text of [
      'users has passed it',
      'orders comes to it after 12 records, itself included',
      'stock is paused: <bdi class="foreign">relation &quot;x&quot; does not exist',
      'late has not begun with its partition',
      'fresh reads what was stored before it began',
    ])
      expect(html).toContain(text)
    const headers = { Accept: 'application/json' }
    const answer = await admin.request(`/events/${requestId}`, { headers })
    expect(await answer.json()).toMatchObject({ events: [{ projections }] })
  })

  test('and finds nothing of one that nobody sent, with what to do next', async () => {
    const answer = await anAdmin().request('/events/req_nobodys')
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('Nothing is known of it')
  })

  test('as JSON too, of every tenant', async () => {
    const headers = { Accept: 'application/json' }
    const answer = await anAdmin({ store: stored }).request(`/events/${requestId}`, { headers })
    expect(await answer.json()).toMatchObject({ events: [{ role: 'decided', outcome: 'stored' }] })
  })

  test('and a request that holds a quote does not end the call to copy', async () => {
    const html = await (await anAdmin({ store: stored }).request("/events/it's")).text()
    expect(html).toContain('/events/it&#39;\\&#39;&#39;s&#39;')
  })

  test('and without Postgres it is unknown', async () => {
    const admin = anAdmin({ store: { requestKeys: refused } })
    const answer = await admin.request(`/events/${requestId}`)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('unknown')
  })
})
