/** Acceptance criterion 8 of the product's outline, as a user runs it: the command, against a whole Pulse. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deadLetterHeaders } from '../contracts/topics.ts'
import { testAddresses } from '../infra/harness/addresses.ts'
import { startCommand } from '../infra/harness/command.ts'
import { readTopic } from '../infra/harness/kafka-log.ts'
import { type Pulse, startPulse } from '../infra/harness/pulse.ts'
import { freshTenant } from '../infra/harness/remembered.ts'
import { until } from '../infra/harness/until.ts'
import type { Report } from './summary.ts'

const folder = mkdtempSync(join(tmpdir(), 'pulse-load-'))
const runtime = join(folder, 'runtime.json')

const [few, less] = [freshTenant(), freshTenant()]
let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse({
    apiKeys: `tenant_load:key_load:unlimited,${few}:key_few:30,${less}:key_less:30`,
    admin: true,
  })
  const tenants = { tenant_load: 'key_load', [few]: 'key_few', [less]: 'key_less' }
  const { url: ingest, grpc } = pulse.ingest
  const [admin, postgres] = [pulse.admin?.url, pulse.databaseUrl]
  writeFileSync(runtime, JSON.stringify({ ingest, grpc, admin, postgres, tenants }))
}, 60_000)
afterAll(async () => {
  await pulse?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the command against this Pulse. */
const start = (...args: string[]) =>
  startCommand(['loadgen/load.ts', '--runtime', runtime, ...args])

async function load(...args: string[]): Promise<{ code: number; report: Report; err: string }> {
  const { code, out, err } = await start('--json', ...args).ended
  return { code, report: JSON.parse(out), err }
}

describe('8. the load generator demonstrates', () => {
  test('duplicates that are ignored, malformed events in the dead-letter topic, a sustained rate', async () => {
    const { code, report } = await load(
      ...['--rps', '150', '--minutes', '0.1', '--seed', '7', '--tenants', 'tenant_load'],
      ...['--duplicate-rate', '0.1', '--conflict-rate', '0.02', '--bad-rate', '0.1'],
      ...['--assert', 'errors=0,lost=0,audit=0,rps>75'],
    )
    expect(report).toMatchObject({ ok: true, audit: { is: 'done', clean: true } })
    expect(code).toBe(0)
    const { total, audit, run } = report
    expect(total.events).toBeWithin(750, 1050)
    expect(total.invalid).toBeGreaterThan(50)
    // On a busy machine Redis can answer too late: then the repeat is taken, and the ledger removes it.
    expect(report.unexpected).toEqual([])
    const taken = report.tolerated.reduce((sum, { count }) => sum + count, 0)
    expect(total.duplicate + total.conflict + taken).toBeGreaterThan(50)

    // As Postgres and Kafka have it, not as the generator says.
    const [rows] = await pulse.sql`
      select count(*)::int as stored, count(distinct idempotency_key)::int as keys,
             (select count(*)::int from dead_letters where starts_with(idempotency_key, ${`load-${run}-`})) as dead
        from events where starts_with(idempotency_key, ${`load-${run}-`})`
    expect(rows?.stored).toBe(rows?.keys)
    expect(rows?.stored).toBeWithin(total.success - taken, total.success + 1)
    expect(audit).toMatchObject({ stored: rows?.stored, dead: rows?.dead })
    expect(rows?.dead).toBeGreaterThan(20)
    // At least once each: by their ids.
    const letters = await until('every dead letter is published', async () => {
      const published = await readTopic(testAddresses().kafka, pulse.topics.dlq)
      const ids = new Set(published.map(({ headers }) => headers[deadLetterHeaders.id]))
      return ids.size >= rows?.dead && ids
    })
    expect(letters.size).toBe(rows?.dead)
  }, 60_000)

  test('rate limiting: a tenant over its quota is told so, and nothing refused is stored', async () => {
    const { code, report } = await load(
      ...['--rps', '40', '--minutes', '0.1', '--tenants', `${few},tenant_load`],
    )
    const limited = report.tenants[few]
    // The run may touch two minutes, each with a quota of 30; without Redis in time, ingest counts for itself.
    expect(limited?.success).toBeWithin(30, 100)
    expect(limited?.['rate-limited']).toBe((limited?.events ?? 0) - (limited?.success ?? 0))
    expect(limited?.['rate-limited']).toBeGreaterThan(0)
    expect(report.tenants.tenant_load?.['rate-limited']).toBe(0)
    expect(report.audit).toMatchObject({ is: 'done', clean: true })
    expect(code).toBe(0)
  }, 60_000)
})

describe.each(['batch', 'ndjson', 'websocket', 'grpc'])('in mode %s', (mode) => {
  test('every event of a batch has the verdict it must get, is where the audit looks, and is not repeated', async () => {
    const { code, report } = await load(
      ...['--mode', mode, '--batch-size', '40', '--rps', '500', '--minutes', '0.1'],
      ...['--seed', '7', '--tenants', 'tenant_load', '--connections', '8'],
      ...['--duplicate-rate', '0.1', '--conflict-rate', '0.02', '--bad-rate', '0.1'],
      ...['--assert', 'errors=0,lost=0,audit=0'],
    )
    expect(report).toMatchObject({ unexpected: [], ok: true, audit: { is: 'done', clean: true } })
    expect(code).toBe(0)
    const { total, requests, tolerated, run } = report
    expect(total.events).toBeWithin(2600, 3400)
    // Bad ones of two kinds go alone, and an array ends with one of a third.
    expect(requests.sent).toBeWithin(60, mode === 'batch' ? 250 : 200)
    const taken = tolerated.reduce((sum, { count }) => sum + count, 0)
    expect(total.duplicate + total.conflict + taken).toBeGreaterThan(200)
    const [rows] = await pulse.sql`
      select count(*)::int as stored, count(distinct idempotency_key)::int as keys
        from events where starts_with(idempotency_key, ${`load-${run}-`})`
    expect(rows?.stored).toBe(rows?.keys)
    expect(rows?.stored).toBeWithin(total.success - taken, total.success + 1)
  }, 60_000)
})

test('in mode cloudevents every event has the verdict it must get, and is kept as the envelope that it is', async () => {
  const { code, report } = await load(
    ...['--mode', 'cloudevents', '--rps', '150', '--minutes', '0.1', '--seed', '7'],
    ...['--tenants', 'tenant_load'],
    ...['--duplicate-rate', '0.1', '--conflict-rate', '0.02', '--bad-rate', '0.1'],
    ...['--assert', 'errors=0,lost=0,audit=0'],
  )
  expect(report).toMatchObject({ unexpected: [], ok: true, audit: { is: 'done', clean: true } })
  expect(code).toBe(0)
  const [rows] = await pulse.sql`
    select count(*)::int as stored, count(distinct ordering_key)::int as orders,
           (select count(*)::int from dead_letters where starts_with(idempotency_key, ${`load-${report.run}- `})) as dead
      from events where starts_with(idempotency_key, ${`load-${report.run}- `})`
  expect(report.audit).toMatchObject({ stored: rows?.stored, dead: rows?.dead })
  expect(rows?.stored).toBeGreaterThan(500)
  expect(rows?.orders).toBe(rows?.stored)
  expect(rows?.dead).toBeGreaterThan(5)
}, 60_000)

test('in a batch a tenant over its quota is told so event by event, and nothing refused is stored', async () => {
  const { code, report } = await load(
    ...['--batch-size', '20', '--rps', '100', '--minutes', '0.05', '--tenants', less],
  )
  const { total, unexpected, audit } = report
  expect(unexpected).toEqual([])
  expect(total.success).toBeWithin(30, 100)
  expect(total['rate-limited']).toBe(total.events - total.success)
  expect(total['rate-limited']).toBeGreaterThan(100)
  expect(audit).toMatchObject({ is: 'done', clean: true })
  expect(code).toBe(0)
}, 60_000)

test('what is changed in Postgres behind a run is named, and the exit code is 1', async () => {
  const [since] = await pulse.sql<{ now: Date }[]>`select clock_timestamp() as now`
  const running = start('--rps', '100', '--minutes', '0.1', '--json', '--tenants', 'tenant_load')
  const [gone, changed, twice] = await until('rows of this run are stored', async () => {
    const rows = await pulse.sql<{ id: string; key: string }[]>`
      select id, idempotency_key as key from events where received_at > ${since?.now ?? 0} limit 3`
    return rows.length === 3 && rows
  })
  await pulse.sql`delete from events where id = ${gone?.id ?? ''}`
  await pulse.sql`
    update events set payload = jsonb_set(payload, '{serial}', to_jsonb((payload->>'serial')::numeric + 1))
     where id = ${changed?.id ?? ''}`
  await pulse.sql`
    insert into events (tenant_id, event_id, idempotency_key, event_type, schema_version, occurred_at, received_at,
                        payload, extra, request_id, topic_id, partition, "offset")
    select tenant_id, event_id, copy.key, event_type, schema_version, occurred_at, received_at,
           payload, extra, request_id, topic_id, partition, "offset"
      from events, (values (${twice?.key ?? ''}), (${`${twice?.key}000000`})) as copy (key)
     where id = ${twice?.id ?? ''}`

  const { code, out } = await running.ended
  const report: Report = JSON.parse(out)
  const finding = (kind: string, key: string) => ({
    kind,
    count: 1,
    examples: [`tenant_load/${key}`],
  })
  expect(report.audit).toMatchObject({ is: 'done', clean: false })
  expect(report.audit.is === 'done' && report.audit.findings).toEqual(
    expect.arrayContaining([
      finding('lost', gone?.key ?? ''),
      finding('altered', changed?.key ?? ''),
      finding('repeated', twice?.key ?? ''),
      finding('phantom', `${twice?.key}000000`),
    ]),
  )
  expect(code).toBe(1)
}, 60_000)

test('Ctrl-C ends the sending, and the run is summed up and audited all the same', async () => {
  const { child, ended } = start('--rps', '50', '--minutes', '10', '--tenants', 'tenant_load')
  const before = Number((await pulse.sql`select count(*) from events`)[0]?.count)
  await until('events of this run are stored', async () => {
    const [row] = await pulse.sql`select count(*) from events`
    return Number(row?.count) > before + 20
  })
  child.kill('SIGINT')
  const { code, out } = await ended
  expect(out).toStartWith('Interrupted after')
  expect(out).toContain('✓ Audit clean')
  expect(code).toBe(130)
}, 60_000)

test('a flag that does not exist is named with those that do, and nothing is sent', async () => {
  const { code, out, err } = await start('--rpm', '5').ended
  expect(err).toContain('--rpm is not a flag. Flags: --url --rps')
  expect({ code, out }).toEqual({ code: 2, out: '' })
})

test.each([
  ['load', ['loadgen/load.ts'], 1],
  ['produce', ['loadgen/produce/main.ts', 'sample'], 2],
] as const)(
  '%s names a runtime.json that is broken, and what is wrong with it',
  async (_, [script, ...args], code) => {
    const broken = join(folder, 'broken.json')
    writeFileSync(broken, '{"ingest":')
    const ran = await startCommand([script, ...args, '--runtime', broken]).ended
    expect(ran).toMatchObject({ code, out: '' })
    expect(ran.err).toStartWith(`${broken} is not JSON\n`)
    expect(ran.err).not.toContain(' at ')
  },
)
