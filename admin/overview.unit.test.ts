import { expect, test } from 'bun:test'
import {
  aCountedPartition,
  aLogEndingAt,
  anAdmin,
  aReadiness,
  NOW,
  noKafka,
  noStore,
  refused,
} from './builders.ts'

const counted = aCountedPartition()

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
    kafka: aLogEndingAt(13),
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
  const admin = anAdmin({ store: noStore, kafka: noKafka, ingestMetrics: refused })
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
  const text = html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
  for (const fact of [
    ...['last minute', 'last 5 minutes', 'last 30 minutes', 'in total'].map(
      (of) => `Stored, ${of}`,
    ),
    ...['Dead, last minute', 'Dead, last 5 minutes', 'Dead letters, open'],
    ...['The last hour', 'The last 24 hours', 'since midnight UTC'],
    ...['limited and refused since ingest started', 'At the door'],
  ])
    expect(text).toContain(`${fact} unknown`)
  for (const term of ['in the log', 'stored', 'duplicate', 'dead', 'skipped', 'in flight'])
    expect(text).toMatch(new RegExp(`unknown ${term}\\b`))
  expect(html).not.toContain('class="num">0<')
  expect(html).not.toContain('10.1.2.3')
})

test('with Kafka down the law is unknown and the counts are still shown', async () => {
  const admin = anAdmin({
    store: { countedPartitions: async () => [counted] },
    kafka: noKafka,
  })
  const answer = await (await admin.request('/admin/overview')).json()
  expect(answer).toMatchObject({ totalEvents: 7, conservation: { closes: null } })
})

test('a law that does not close is said in words', async () => {
  const admin = anAdmin({
    store: { countedPartitions: async () => [counted] },
    kafka: aLogEndingAt(9),
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
  const admin = anAdmin({ ingest: async () => aReadiness({ degraded: ['redis'] }) })
  const health = await (await admin.request('/admin/health')).json()
  expect(health).toMatchObject({
    status: 'degraded',
    dependencies: { ingest: { state: 'up', degraded: ['redis'] } },
  })
})

test('a service that is not ready says why, on the page as in JSON', async () => {
  const reason = 'partition 3 waits: PostgreSQL is gone'
  const admin = anAdmin({ processor: async () => aReadiness({ status: 503, reasons: [reason] }) })
  const health = await (await admin.request('/admin/health')).json()
  expect(health).toMatchObject({
    status: 'degraded',
    dependencies: {
      processor: { state: 'down', error: 'Processor is not ready (503)', reasons: [reason] },
    },
  })
  const html = await (await admin.request('/')).text()
  expect(html).toContain('<span class="badge bad">not ready</span>')
  expect(html).toContain(reason)
})

test('a chart says until when it reaches: the quarter of an hour that is not over is not in it', async () => {
  const html = await (await anAdmin().request('/')).text()
  const text = html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
  const quarter = new Date(NOW.getTime() - (NOW.getTime() % (15 * 60_000)))
  expect(text).toContain(`The last 24 hours 0 stored until ${quarter.toISOString().slice(11, 16)}`)
})

test('the types of today are those since midnight UTC', async () => {
  const asked: Date[][] = []
  const topEventTypes = async (...span: Date[]) => {
    asked.push(span)
    return []
  }
  await anAdmin({ store: { topEventTypes } }).request('/')
  expect(asked).toEqual([[new Date('2026-01-02T00:00:00Z'), NOW]])
})

test('a processor that control has paused is up and says so, and the whole is degraded', async () => {
  const processor = async () =>
    aReadiness({ paused: true, reasons: ['paused by control: a migration'], partitions: [] })
  const health = await (await anAdmin({ processor }).request('/admin/health')).json()
  expect(health).toMatchObject({
    status: 'degraded',
    dependencies: { processor: { state: 'up', paused: true } },
  })
  for (const path of ['/', '/pipeline']) {
    const html = await (await anAdmin({ processor }).request(path)).text()
    expect(html).toContain('<span class="badge warn">paused</span>')
    expect(html).toContain('paused by control: a migration')
  }
})

test('who asks at once shares one measurement', async () => {
  let asked = 0
  const windowCounts = async () => {
    asked++
    return await refused()
  }
  const admin = anAdmin({ store: { windowCounts } })
  await Promise.all(Array.from({ length: 100 }, () => admin.request('/')))
  expect(asked).toBe(1)
  await admin.request('/')
  expect(asked).toBe(2)
})
