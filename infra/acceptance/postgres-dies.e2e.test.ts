import { afterAll, beforeAll, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { audit, clean, countsClose } from '../harness/audit.ts'
import { produceFrom } from '../harness/producers.ts'
import { type Pulse, readyOf, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'
import { startPostgres } from '../native/postgres.ts'
import { removeCluster } from '../native/postgres-cluster.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-postgres-dies-'))
chmodSync(dir, 0o711)
const port = await freePort()
const start = () =>
  startPostgres({ dir: join(dir, 'postgres'), port, log: join(dir, 'postgres.log') })

let postgres: Awaited<ReturnType<typeof start>>
let pulse: Pulse
beforeAll(async () => {
  postgres = await start()
  pulse = await startPulse({ at: { postgres: postgres.url } })
}, 90_000)
afterAll(async () => {
  await pulse.stop()
  await postgres.stop()
  removeCluster(join(dir, 'postgres'))
  rmSync(dir, { recursive: true, force: true })
}, 30_000)

test('Postgres killed under load: ingest goes on, the processor waits, nothing is lost', async () => {
  const producers = produceFrom(pulse.ingest.url, Number.POSITIVE_INFINITY)
  await until('some events are accepted', () => producers.accepted.length > 500)
  postgres.kill('SIGKILL')
  await postgres.ended
  await until('the processor says why it waits', async () => {
    const { status, reasons } = await readyOf(pulse.processor.url)
    return status === 'not ready' && reasons.length > 0
  })
  const whileDown = producers.accepted.length
  await until('ingest accepts all the same', () => producers.accepted.length > whileDown)
  postgres = await start()
  await producers.stop()
  expect(await audit(pulse.sql, producers.accepted)).toEqual(clean)
  expect(await countsClose(pulse.sql)).toBe(true)
  const [letters] = await pulse.sql`
    select count(*)::int as count from dead_letters where code <> 'VALIDATION_FAILED'`
  expect(letters).toEqual({ count: 0 })
}, 120_000)
