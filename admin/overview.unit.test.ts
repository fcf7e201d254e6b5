import { expect, test } from 'bun:test'
import { anAdmin, NOW, refused, TOPIC_ID } from './build.ts'

const counted = {
  topicId: TOPIC_ID,
  partition: 0,
  firstOffset: 0,
  countedTo: 10,
  stored: 7,
  duplicate: 2,
  dead: 1,
  skipped: 0,
}
const logEndingAt = (end: number) => ({
  ping: async () => {},
  topicLog: async () => ({ topicId: TOPIC_ID, partitions: [{ partition: 0, start: 0, end }] }),
})

test('the overview answers counts, types and the law in the shape of seed 000', async () => {
  const admin = anAdmin({
    store: {
      windowCounts: async () => ({
        eventsLastMinute: 1,
        eventsLast5Minutes: 5,
        eventsLast30Minutes: 30,
        deadLastMinute: 2,
        deadLast5Minutes: 3,
      }),
      topEventTypes: async () => [{ eventType: 'user_login', count: 4 }],
      countedPartitions: async () => [counted, { ...counted, topicId: 'an earlier topic' }],
    },
    kafka: logEndingAt(13),
  })
  const answer = await (await admin.request('/admin/overview')).json()
  expect(answer).toMatchObject({
    eventsLastMinute: 1,
    eventsLast5Minutes: 5,
    eventsLast30Minutes: 30,
    totalEvents: 14,
    errors: { deadLastMinute: 2, deadLast5Minutes: 3 },
    topEventTypes: [{ eventType: 'user_login', count: 4 }],
    conservation: { closes: true, logEnd: 13, firstOffset: 0, stored: 7, inFlight: 3 },
    measuredAt: NOW.toISOString(),
  })
})

test('what cannot be measured is null in JSON and the word unknown on the page, never 0', async () => {
  const down = { windowCounts: refused, topEventTypes: refused, countedPartitions: refused }
  const admin = anAdmin({
    store: { ...down, ping: refused },
    kafka: { ping: refused, topicLog: refused },
  })
  const answer = (await (await admin.request('/admin/overview')).json()) as Record<string, unknown>
  expect(answer).toMatchObject({
    eventsLastMinute: null,
    totalEvents: null,
    topEventTypes: null,
    errors: { deadLastMinute: null },
    conservation: { closes: null, logEnd: null, stored: null, inFlight: null, partitions: [] },
    health: { status: 'down' },
  })
  const page = await admin.request('/')
  const html = await page.text()
  expect(page.status).toBe(200)
  expect(html.match(/class="unknown"/g)?.length).toBe(13)
  expect(html).not.toContain('class="num">0<')
  expect(html).not.toContain('10.1.2.3')
})

test('with Kafka down the law is unknown and the counts are still shown', async () => {
  const admin = anAdmin({
    store: { countedPartitions: async () => [counted] },
    kafka: { ping: refused, topicLog: refused },
  })
  const answer = await (await admin.request('/admin/overview')).json()
  expect(answer).toMatchObject({ totalEvents: 7, conservation: { closes: null } })
})

test('a law that does not close is said in words', async () => {
  const admin = anAdmin({
    store: { countedPartitions: async () => [counted] },
    kafka: logEndingAt(9),
  })
  const html = await (await admin.request('/')).text()
  expect(html).toContain('<span class="badge bad">does not close</span>')
  expect(html).toContain('Partition 0 is counted to 10, and its log ends at 9')
})

test('a dependency that never answers is down after its deadline', async () => {
  const admin = anAdmin({ ingest: () => new Promise(() => {}) })
  const health = await (await admin.request('/admin/health')).json()
  expect(health).toMatchObject({
    status: 'down',
    dependencies: {
      ingest: { state: 'down', error: 'Ingest did not answer within 50 ms' },
      postgres: { state: 'up' },
    },
  })
})

test('what a service works without makes the whole degraded', async () => {
  const admin = anAdmin({ ingest: async () => ({ degraded: ['redis'] }) })
  const health = await (await admin.request('/admin/health')).json()
  expect(health).toMatchObject({
    status: 'degraded',
    dependencies: { ingest: { state: 'up', degraded: ['redis'] } },
  })
})

test('a page that refreshes itself gets its main part alone', async () => {
  const html = await (await anAdmin().request('/', { headers: { 'HX-Request': 'true' } })).text()
  expect(html).toStartWith('<main id="main" hx-get="/"')
})
