/** Kafka is killed and started again while events come in by every door: the load generator's audit closes for each. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LoadMode, loadModes } from '../../contracts/load-modes.ts'
import { runCommand } from '../harness/command.ts'
import { ownKafka } from '../harness/own-kafka.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'

/** Modes in which there is one event a request. */
const isAlone = (mode: LoadMode) => mode === 'single' || mode === 'cloudevents'
const dir = mkdtempSync(join(tmpdir(), 'pulse-doors-'))
const kafka = await ownKafka()
let pulse: Pulse
beforeAll(async () => {
  await kafka.start()
  pulse = await startPulse({
    at: { kafka: kafka.url },
    apiKeys: loadModes.map((mode) => `${mode}:key_${mode}:unlimited`).join(),
    admin: true,
  })
}, 90_000)
afterAll(async () => {
  await pulse?.stop()
  await kafka.remove()
  rmSync(dir, { recursive: true, force: true })
}, 30_000)

/** Each in a folder of its own: a run keeps the newest journals only. */
async function load(mode: LoadMode) {
  const folder = mkdtempSync(join(dir, `${mode}-`))
  const runtime = join(folder, 'runtime.json')
  const { url: ingest, grpc } = pulse.ingest
  const known = { ingest, grpc, admin: pulse.admin?.url, postgres: pulse.databaseUrl }
  writeFileSync(runtime, JSON.stringify({ ...known, tenants: { [mode]: `key_${mode}` } }))
  const { out, err } = await runCommand([
    ...(['loadgen/load.ts', '--runtime', runtime, '--mode', mode, '--json'] as const),
    ...['--rps', '60', '--minutes', '0.15', '--connections', '8', '--duplicate-rate', '0.1'],
    ...(isAlone(mode) ? [] : ['--batch-size', '10']),
  ])
  if (out === '') throw new Error(err)
  return JSON.parse(out)
}

const storedOf = async (tenant: string): Promise<number> => {
  const [row] =
    await pulse.sql`select count(*)::int as rows from events where tenant_id = ${tenant}`
  return Number(row?.rows)
}

test('what was accepted by any door is stored exactly once', async () => {
  const reports = Promise.all(loadModes.map(load))
  reports.catch(() => {}) // It is awaited below, unless something else fails before.
  for (const mode of loadModes)
    await until(`events come in by ${mode}`, async () => (await storedOf(mode)) > 20, 60_000)
  await kafka.kill()
  await until(
    'ingest says so',
    async () => (await fetch(`${pulse.ingest.url}/ready`)).status === 503,
  )
  await kafka.start()
  for (const { mode, audit, total, unexpected } of await reports) {
    expect({ mode, failed: total.failed, unexpected, audit }).toMatchObject({
      ...{ mode, failed: 0, unexpected: [] },
      audit: { is: 'done', clean: true },
    })
    expect(total.success).toBeGreaterThan(20)
  }
}, 180_000)
