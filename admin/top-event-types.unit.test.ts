import { expect, test } from 'bun:test'
import { anAdmin, NOW, refused } from './builders.ts'

test('the most frequent types of the last minutes, a day unless asked otherwise', async () => {
  const asked: number[] = []
  const topEventTypes = async (since: Date, until: Date) => {
    asked.push((until.getTime() - since.getTime()) / 60_000)
    return [{ eventType: 'user_login', count: 4 }]
  }
  const admin = anAdmin({ store: { topEventTypes } })
  for (const query of ['', '?sinceMinutes=1', '?sinceMinutes=43200'])
    expect((await admin.request(`/admin/top-event-types${query}`)).status).toBe(200)
  expect(asked).toEqual([1440, 1, 43_200])
  expect(await (await admin.request('/admin/top-event-types')).json()).toEqual({
    sinceMinutes: 1440,
    eventTypes: [{ eventType: 'user_login', count: 4 }],
    measuredAt: NOW.toISOString(),
  })
})

test.each(['0', '43201', '-1', '1.5', '', 'x', '1e3', '9'.repeat(400)])(
  'sinceMinutes=%s is refused',
  async (minutes) => {
    const answer = await anAdmin().request(`/admin/top-event-types?sinceMinutes=${minutes}`)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: 'INVALID_PARAMETER' } })
  },
)

test('without Postgres the answer is 503, not an empty list', async () => {
  const admin = anAdmin({ store: { topEventTypes: refused } })
  const answer = await admin.request('/admin/top-event-types')
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('1')
})

test('a time that takes too long to be summed is not summed again at once, and another is', async () => {
  const asked: number[] = []
  const topEventTypes = async (since: Date, until: Date) => {
    asked.push((until.getTime() - since.getTime()) / 60_000)
    if (asked.at(-1) !== 43_200) return []
    await Bun.sleep(100) // what it costs
    throw Object.assign(new Error('canceling statement'), { code: '57014' })
  }
  const admin = anAdmin({ store: { topEventTypes } })
  const ask = async (minutes: number) =>
    (await admin.request(`/admin/top-event-types?sinceMinutes=${minutes}`)).status
  expect([await ask(43_200), await ask(43_200), await ask(1)]).toEqual([503, 503, 200])
  expect(asked).toEqual([43_200, 1])
})
