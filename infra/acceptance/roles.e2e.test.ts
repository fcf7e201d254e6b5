import { afterAll, beforeAll, expect, test } from 'bun:test'
import { audit, clean, countsClose } from '../harness/audit.ts'
import { anEvent } from '../harness/builders.ts'
import { readMetrics, sumOf } from '../harness/metrics.ts'
import { produceFrom } from '../harness/producers.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { freshRoles, type RolesOfTest } from '../harness/roles.ts'
import { until } from '../harness/until.ts'
import { withSql } from '../sql.ts'

let roles: RolesOfTest
let pulse: Pulse
beforeAll(async () => {
  roles = await freshRoles()
  const { owner, processor, admin } = roles.url
  // What the storage jobs have to do is there before they begin.
  await withSql(owner, async (sql) => {
    await sql`select ensure_day(current_date - 200)`
    await sql`insert into event_counts (minute, tenant_id, event_type, partition) values ('2020-01-01', 'a', 't', 0)`
    await sql`
      insert into event_keys (tenant_id, idempotency_key, fingerprint, outcome, topic_id, partition, "offset", received_at)
      values ('a', 'old', 'f', 'stored', gen_random_uuid(), 0, 0, '2020-01-01')`
  })
  const database = { url: owner, drop: roles.drop }
  pulse = await startPulse({ admin: true, database, databaseUrls: { processor, admin } })
}, 60_000)
afterAll(() => pulse?.stop())

test('Pulse does all its work with a role each, neither of which owns anything', async () => {
  const producers = produceFrom(pulse.ingest.url, 300)
  await producers.done
  expect(await audit(pulse.sql, producers.accepted)).toEqual(clean)
  expect(await countsClose(pulse.sql)).toBe(true)
  await until('every dead letter is published', async () => {
    const unpublished = await pulse.sql`select from dead_letters where published_at is null`
    return unpublished.length === 0
  })
  await until('the storage jobs are through', async () => {
    const now = await readMetrics(pulse.processor.url)
    return (
      sumOf(now, 'pulse_processor_storage_success_timestamp_seconds') > 0 &&
      now.has('pulse_processor_storage_success_timestamp_seconds{job="trim_counts"}')
    )
  })
  const now = await readMetrics(pulse.processor.url)
  expect(sumOf(now, 'pulse_processor_storage_failures_total')).toBe(0)
  expect(sumOf(now, 'pulse_processor_storage_days_dropped_total')).toBe(2)
  for (const table of ['event_keys', 'event_counts'])
    expect(sumOf(now, 'pulse_processor_storage_rows_trimmed_total', table)).toBe(1)
}, 60_000)

test('projections follow, and the admin reads what they know', async () => {
  const at = '2026-01-02T20:00:00Z'
  const names = { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' }
  const event = anEvent({
    event_type: 'UserCreated',
    payload: { userId: 'u1', ...names, createdAt: at },
  })
  const accepted = await pulse.post(event)
  expect(accepted.status).toBe(202)
  const user = await until('the user is known', async () => {
    const answer = await fetch(`${pulse.admin?.url}/users/u1?tenant=tenant_a`)
    return answer.status === 200 && (await answer.json())
  })
  expect(user).toMatchObject(names)
  const way = await fetch(`${pulse.admin?.url}/events/${accepted.body.request_id}`, {
    headers: { Accept: 'application/json' },
  })
  expect(await way.json()).toMatchObject({
    events: [{ outcome: 'stored', projections: [{ name: 'users', passed: true, behind: 0 }] }],
  })
})

test('the admin shows all of it, and writes nothing', async () => {
  const paths = [
    '/admin/overview',
    '/admin/health',
    '/admin/kafka/lag',
    '/admin/dlq/sample?limit=5',
    '/admin/top-event-types?sinceMinutes=60',
    '/admin/event/search?tenant=tenant_a&eventId=evt_1',
    '/admin/event/by-idempotency?tenant=tenant_a&idempotencyKey=nobodys',
  ]
  for (const path of paths)
    expect([path, (await fetch(`${pulse.admin?.url}${path}`)).status]).toEqual([path, 200])
})
