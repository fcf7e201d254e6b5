import { describe, expect, test } from 'bun:test'
import type { ProjectionState } from '../views/pipeline-facts.ts'
import { anAdmin, noStore } from './builders.ts'

const at = '2025-10-20T10:00:00Z'
const order = {
  ...{ orderId: 'o1', userId: 'u1', totalAmount: '12345678901234567890.10', currency: 'USD' },
  ...{ placedAt: at, updatedAt: at },
}
const user = {
  ...{ userId: 'u1', email: 'a@x.org', firstName: 'A', lastName: 'B' },
  ...{ createdAt: at, updatedAt: at },
}

const asked: string[][] = []
const admin = anAdmin({
  store: {
    userWithOrders: async (tenantId, userId, most) => {
      asked.push([tenantId, userId, String(most)])
      return { user, orders: [order] }
    },
    orderWithPayment: async () => ({ order, payment: undefined }),
  },
})

describe('what the read API answers', () => {
  test('has every digit of an amount', async () => {
    const text = await (await admin.request('/orders/o1?tenant=tenant_a')).text()
    expect(text).toContain('"totalAmount":12345678901234567890.10')
  })

  test('is asked for by tenant and id, as they are written', async () => {
    asked.length = 0
    const path = `/users/${encodeURIComponent('ü /?#')}?tenant=tenant_a`
    expect((await admin.request(path)).status).toBe(200)
    expect(asked).toEqual([['tenant_a', 'ü /?#', '5']])
  })

  test('is 503 while Postgres is away, without a tag', async () => {
    const answer = await anAdmin({ store: noStore }).request('/users/u1?tenant=tenant_a')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('ETag')).toBeNull()
    expect(await answer.json()).toMatchObject({ error: { code: 'UNAVAILABLE' } })
  })

  test('takes GET and HEAD only', async () => {
    const answer = await admin.request('/orders/o1?tenant=tenant_a', { method: 'DELETE' })
    expect(answer.status).toBe(405)
  })

  test.each(['/users', '/users/', '/users/u1/orders'])('is nothing at %s', async (path) => {
    const headers = { Accept: 'application/json' }
    expect((await admin.request(`${path}?tenant=tenant_a`, { headers })).status).toBe(404)
  })
})

describe('Pipeline', () => {
  const projection: ProjectionState = {
    ...{ name: 'users', phase: 'following', behind: 7, applied: 1234, unfit: 2, missed: 0 },
    ...{
      unfitWhy: 'UserCreated at t/0/9: missing <email>',
      movedAt: new Date('2026-01-02T20:00:00Z'),
    },
    ...{ pausedAt: new Date(), pausedWhy: 'no such column "x"' },
  }

  test('shows a paused projection, why, and what it left out', async () => {
    const paused = anAdmin({ store: { projectionStates: async () => [projection] } })
    const html = await (await paused.request('/pipeline')).text()
    for (const text of ['paused', 'no such column &quot;x&quot;', 'missing &lt;email&gt;', '1,234'])
      expect(html).toContain(text)
  })

  test('does not call a projection caught up that misses events', async () => {
    const well = { ...projection, behind: 0, pausedAt: null, pausedWhy: null, unfitWhy: null }
    const table = async (state: ProjectionState) => {
      const admin = anAdmin({ store: { projectionStates: async () => [state] } })
      const html = await (await admin.request('/pipeline')).text()
      return html.slice(html.indexOf('id="projections-table"'))
    }
    expect(await table(well)).toContain('caught up')
    const html = await table({ ...well, missed: 4321 })
    expect(html).not.toContain('caught up')
    expect(html).toContain('4,321</span> events or fewer were dropped before it read them')
  })

  test('says unknown when nobody can tell', async () => {
    const answer = await anAdmin({ store: noStore }).request('/pipeline', {
      headers: { Accept: 'application/json' },
    })
    expect(await answer.json()).toMatchObject({ projections: null })
  })
})
