import { expect, test } from 'bun:test'
import type { DeadLetter } from '../views/record-facts.ts'
import { aDeadLetter, anAdmin, NOW, refused } from './builders.ts'

const adminWith = (letter: DeadLetter) =>
  anAdmin({
    store: {
      newestDeadLetters: async () => ({ deadLetters: [letter], leftOut: 0 }),
      lettersBetween: async () => [letter],
    },
  })

test.each([
  ['JSON as it was written', '{ "n": 12345678901234567890 }', '{ "n": 12345678901234567890 }'],
  ['text as a string', '{"half": tru', '"{\\"half\\": tru"'],
  ['nothing as an empty string', '', '""'],
  ['a byte order mark as text', '\ufeff{}', '"\ufeff{}"'],
  ['other bytes in base64', new Uint8Array([0xff, 0x00]), '{"base64":"/wA="}'],
])('an original is answered: %s', async (_, original, answered) => {
  const json = await (
    await adminWith(aDeadLetter({ original })).request('/admin/dlq/sample')
  ).text()
  expect(json).toContain(`"original":${answered}}`)
})

test('the sample has the shape of seed 000 and more', async () => {
  const json = await (await adminWith(aDeadLetter()).request('/admin/dlq/sample')).json()
  expect(json).toEqual({
    deadLetters: [
      expect.objectContaining({
        id: 1,
        failedAt: '2026-01-02T20:00:30.000Z',
        reason: 'MISSING_FIELD: event_type is required',
        original: { tenant_id: 'tenant_a' },
        code: 'MISSING_FIELD',
        partition: 0,
        offset: 8,
        publishedAt: '2026-01-02T20:00:30.000Z',
      }),
    ],
    leftOut: 0,
  })
})

test('an unpublished letter says so', async () => {
  const html = await (await adminWith(aDeadLetter({ publishedAt: null })).request('/dlq')).text()
  expect(html).toContain('unpublished')
})

test('the beginning of a long record says how much there is and where the rest is', async () => {
  const letter = aDeadLetter({ original: '{"a":"żż', originalBytes: 300_000 })
  const html = await (await adminWith(letter).request('/dlq')).text()
  expect(html).toContain('of 300,000 bytes.')
  expect(html).toContain('<a href="/dlq/1">All of it</a>')
})

test('characters that cannot be seen or that reorder others are named', async () => {
  const letter = aDeadLetter({ eventType: 'a\u202eb\u0000c', original: 'x\u202ey\u0000' })
  const html = await (await adminWith(letter).request('/dlq')).text()
  expect(html).toContain('a<span class="unseen">U+202E</span>b<span class="unseen">U+0000</span>c')
  expect(html).not.toMatch(/[\u202e\0]/)
})

test('an empty list says what to do next', async () => {
  expect(await (await anAdmin().request('/dlq')).text()).toContain('There are no dead letters')
})

test('a letter is shown whole while Kafka is away, and its headers are unknown', async () => {
  const admin = anAdmin({ store: { letter: async () => aDeadLetter() }, readRecord: refused })
  const html = await (await admin.request('/dlq/1')).text()
  expect(html).toContain('tenant_a')
  expect(html).toContain('<span class="unknown">unknown</span>')
  expect(html).toContain('Kafka cannot be reached (ECONNREFUSED)')
  const asJson = { headers: { Accept: 'application/json' } }
  expect(await (await admin.request('/dlq/1', asJson)).json()).toMatchObject({
    original: { tenant_id: 'tenant_a' },
    headers: null,
  })
})

test('every finding of a record is marked, not only the one that decided', async () => {
  const original = JSON.stringify({
    ...{ tenant_id: 'a', event: { event_id: '', schema_version: '1', payload: {} } },
  })
  const admin = anAdmin({ store: { letter: async () => aDeadLetter({ original }) } })
  const html = await (await admin.request('/dlq/1')).text()
  expect(html.match(/<mark>/g)).toHaveLength(3)
  for (const message of ['missing event_type', 'missing occurred_at', 'schema_version must be'])
    expect(html).toContain(message)
})

test('letters are counted by what is wrong for the first page only', async () => {
  let counted = 0
  const letterClusters = async (since: Date, until: Date) => {
    counted++
    return { clusters: [], since, until, letters: 0, most: 50_000 }
  }
  const lettersBetween = async () => [aDeadLetter()]
  const admin = anAdmin({ store: { lettersBetween, letterClusters } })
  expect(await (await admin.request('/dlq')).text()).toContain('By what is wrong')
  const next = '/dlq?before=2026-01-02T20:00:30.000000Z_9'
  expect(await (await admin.request(next)).text()).not.toContain('By what is wrong')
  const headers = { Accept: 'application/json' }
  expect(await (await admin.request(next, { headers })).json()).not.toHaveProperty('clusters')
  expect(counted).toBe(1)
})

test('letters are counted once for all who narrow the list, and for each time by itself', async () => {
  const hours: number[] = []
  const letterClusters = async (since: Date, until: Date) => {
    hours.push((until.getTime() - since.getTime()) / 3_600_000)
    await Bun.sleep(200) // what it costs: it is remembered for four seconds
    return { clusters: [], since, until, letters: 0, most: 50_000 }
  }
  const admin = anAdmin({ store: { letterClusters } })
  for (const query of [
    '',
    '?code=KEY_REUSED',
    '?tenant=a&state=open',
    '?span=1h',
    '?span=1h&type=t',
  ])
    expect((await admin.request(`/dlq${query}`)).status).toBe(200)
  expect(hours).toEqual([168, 1])
})

test('counts that are remembered say how old they are, and those of now do not', async () => {
  let now = NOW
  const letterClusters = async (since: Date, until: Date) => {
    await Bun.sleep(60) // what it costs: enough to be remembered
    return { clusters: [], since, until, letters: 0, most: 50_000 }
  }
  const lettersBetween = async () => [aDeadLetter()]
  const admin = anAdmin({ store: { lettersBetween, letterClusters }, now: () => now })
  expect(await (await admin.request('/dlq')).text()).not.toContain('Counted')
  now = new Date(NOW.getTime() + 8_000)
  expect(await (await admin.request('/dlq')).text()).toMatch(/Counted <time[^>]*>8 s ago<\/time>/)
})
