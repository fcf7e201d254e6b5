import { expect, test } from 'bun:test'
import {
  aCountedPartition,
  aLogEndingAt,
  anAdmin,
  aReadiness,
  NOW,
  noKafka,
  noStore,
} from './builders.ts'

const wantingJson = { headers: { Accept: 'application/json' } }
const behind = {
  store: { countedPartitions: async () => [aCountedPartition({ countedTo: 10 })] },
  kafka: { ...aLogEndingAt(13), committed: async () => new Map([[0, 9]]) },
}

test('lag is the log end minus what is counted, whatever the group has committed', async () => {
  const answer = await (await anAdmin(behind).request('/admin/kafka/lag')).json()
  expect(answer).toEqual({
    group: 'event-processor',
    topic: 'events.raw',
    totalLag: 3,
    partitions: [{ partition: 0, logEnd: 13, committed: 9, countedTo: 10, lag: 3 }],
    findings: [],
    unmeasured: [],
    measuredAt: NOW.toISOString(),
  })
})

test('a partition that was never counted or committed is behind by its whole log', async () => {
  const admin = anAdmin({ kafka: aLogEndingAt(13) })
  expect(await (await admin.request('/admin/kafka/lag')).json()).toMatchObject({
    totalLag: 13,
    partitions: [{ logEnd: 13, committed: null, countedTo: 0, lag: 13 }],
  })
  expect(await (await admin.request('/pipeline')).text()).toContain('never')
})

test('without Kafka the lag is null in JSON and unknown on the page, never 0', async () => {
  const admin = anAdmin({ ...behind, kafka: noKafka })
  const answer = await admin.request('/admin/kafka/lag')
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    totalLag: null,
    partitions: null,
    unmeasured: [{ what: 'committed offsets, log ends' }],
  })
  const page = await admin.request('/pipeline')
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('<span class="badge warn">unknown</span>')
})

test('without Postgres log ends and commits are still shown', async () => {
  const admin = anAdmin({ ...behind, store: noStore })
  expect(await (await admin.request('/pipeline', wantingJson)).json()).toMatchObject({
    lag: {
      totalLag: null,
      partitions: [{ logEnd: 13, committed: 9, countedTo: null, lag: null }],
    },
    perMinute: null,
    deadLetters: null,
    unmeasured: [{ what: 'counted offsets, events per minute, dead letters, projections' }],
  })
  const html = await (await admin.request('/pipeline')).text()
  expect(html).not.toContain('class="num">0<')
  expect(html).not.toContain('10.1.2.3')
})

test('the page shows minutes, dead letters, and a count that was cut as that many or more', async () => {
  const admin = anAdmin({
    store: {
      countsByMinute: async () => [{ minute: NOW, stored: 1200, duplicate: 30, dead: 4 }],
      deadLetterCounts: async () => ({ open: 10_000, unpublished: 7, countedUpTo: 10_000 }),
    },
  })
  expect(await (await admin.request('/pipeline', wantingJson)).json()).toMatchObject({
    perMinute: [{ minute: NOW.toISOString(), stored: 1200, duplicate: 30, dead: 4 }],
    deadLetters: { open: 10_000, unpublished: 7 },
  })
  const text = (await (await admin.request('/pipeline')).text()).replace(/<[^>]*>/g, ' ')
  expect(text.replace(/\s+/g, ' ')).toContain('20:00 so far 1,234 1,200 30 4')
  expect(text).toMatch(/10,000\s+or more/)
})

test('a processor that is not ready says why, and which partitions it holds', async () => {
  const reason = 'partition 4 waits: PostgreSQL is gone'
  const given = aReadiness({ status: 503, reasons: [reason], partitions: [3, 4] })
  const admin = anAdmin({ processor: async () => given })
  expect(await (await admin.request('/pipeline', wantingJson)).json()).toMatchObject({
    processor: { state: 'down', reasons: [reason], partitions: [3, 4] },
  })
  const html = await (await admin.request('/pipeline')).text()
  expect(html).toContain('holds partitions 3, 4')
  expect(html).toContain(reason)
})

test('what never expires is unlimited in JSON, and null is what could not be measured', async () => {
  const admin = (retentionMs: () => Promise<number>) =>
    anAdmin({
      ...behind,
      kafka: { ...behind.kafka, retentionMs, firstOffsetAt: () => async () => new Map([[0, 10]]) },
    })
  const told = async (retentionMs: () => Promise<number>) =>
    (await admin(retentionMs).request('/pipeline', wantingJson)).json()
  expect(await told(async () => Number.POSITIVE_INFINITY)).toMatchObject({
    ...{ retentionMs: 'unlimited', watch: [{ expiresMs: 'unlimited' }] },
  })
  expect(await told(noKafka.retentionMs as () => Promise<number>)).toMatchObject({
    ...{ retentionMs: null, watch: [{ expiresMs: null }] },
  })
})
