import { afterAll, beforeAll, expect, test } from 'bun:test'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDatabase } from '../database.ts'
import { testAddresses } from '../harness/addresses.ts'
import { audit, clean, countsClose } from '../harness/audit.ts'
import { produceFrom } from '../harness/producers.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'
import { migrate, migrationsFolder } from '../migrate.ts'
import { withSql } from '../sql.ts'

/** The schema of the first release, which databases with years of events begin from. */
const firstRelease = 4
const { postgres } = testAddresses()
const folder = mkdtempSync(join(tmpdir(), 'pulse-first-release-'))
let pulse: Pulse

beforeAll(async () => {
  for (const file of readdirSync(migrationsFolder))
    if (Number.parseInt(file, 10) <= firstRelease)
      copyFileSync(join(migrationsFolder, file), join(folder, file))
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  const url = await ensureDatabase(postgres, name)
  await migrate(url, folder)
  // Processors of today stand in for those of then: they write this.
  await withSql(url, (sql) => sql`alter table event_requests add column fingerprint text`)
  const drop = () =>
    withSql(postgres, async (sql) => {
      await sql`drop database if exists ${sql(name)} with (force)`
    })
  pulse = await startPulse({ database: { url, drop } })
}, 60_000)
afterAll(async () => {
  await pulse.stop()
  rmSync(folder, { recursive: true })
})

const stored = async () => {
  const [row] = await pulse.sql<{ count: number }[]>`select count(*)::int as count from event_keys`
  return row?.count ?? 0
}

test('every migration since the first release is applied while two processors store, and nothing is lost or waits for long', async () => {
  await pulse.startProcessor()
  const producers = produceFrom(pulse.ingest.url, Number.POSITIVE_INFINITY)
  await until('some are stored', async () => (await stored()) > 300)
  const { applied } = await migrate(pulse.databaseUrl)
  expect(applied).toBe(readdirSync(migrationsFolder).length - firstRelease)
  const before = await stored()
  await until('more are stored', async () => (await stored()) > before)
  await producers.stop()
  expect(await audit(pulse.sql, producers.accepted)).toEqual(clean)
  expect(await countsClose(pulse.sql)).toBe(true)
  const waited = pulse.processor.lines().filter(({ msg }) => msg === 'partition waits')
  expect(waited).toEqual([])
}, 120_000)
