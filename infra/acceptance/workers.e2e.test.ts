/** Two workers behind one port. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { root } from '../bundle.ts'
import { freePort } from '../free-port.ts'
import { audit, clean, countsClose } from '../harness/audit.ts'
import { anEvent } from '../harness/builders.ts'
import { readMetrics, sumOf } from '../harness/metrics.ts'
import { type Accepted, produceFrom } from '../harness/producers.ts'
import { type Answer, isWhole, type Pulse, post, startPulse } from '../harness/pulse.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { until } from '../harness/until.ts'
import { processIdentity } from '../process-identity.ts'

/** Redis may know the keys of an earlier run. */
const run = crypto.randomUUID()
let pulse: Pulse
const accepted: Accepted[] = []
beforeAll(async () => {
  pulse = await startPulse({ ingest: { INGEST_WORKERS: '2', LOG_LEVEL: 'debug' } })
}, 90_000)
afterAll(() => pulse?.stop())

/** The workers that were started so far, by their process ids. */
const started = (ingest: Service = pulse.ingest) =>
  ingest
    .lines()
    .filter(({ msg }) => msg === 'worker takes requests')
    .map(({ worker_pid }) => Number(worker_pid))
const metrics = () => readMetrics(pulse.ingest.url)
const eventsIn = (all: ReadonlyMap<string, number>) => sumOf(all, 'pulse_ingest_events_total')
const workersReady = () =>
  until('both workers are ready', async () => {
    // Each on a connection of its own, which the system gives to one of the workers.
    const asked = await Promise.all(Array.from({ length: 32 }, () => isWhole(pulse.ingest.url)))
    return asked.every(Boolean)
  })
const send = async (key: string): Promise<Answer> => {
  const event = anEvent({ event_id: key })
  const answer = await post(`${pulse.ingest.url}/events`, event, {
    'Idempotency-Key': key,
    Connection: 'close',
  })
  if (answer.status === 202 && !answer.body.duplicate) accepted.push({ key, event })
  return answer
}

test('both take requests, and each of them tells what all of them counted', async () => {
  await workersReady()
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => send(`both-${i}-${run}`)))
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(200)
  const requests = pulse.ingest.lines().filter(({ route }) => route === '/events')
  const pids = new Set(requests.map(({ pid }) => Number(pid)))
  expect([...pids].sort()).toEqual(started().sort())
  expect(pids.size).toBe(2)

  for (let i = 0; i < 16; i++) {
    const all = await metrics()
    expect(eventsIn(all)).toBe(200)
    expect(all.get('pulse_ingest_workers{state="answering"}')).toBe(2)
    expect(all.get('pulse_ingest_workers{state="configured"}')).toBe(2)
  }
}, 90_000)

test('docs/ingest.md has every metric, and no other', async () => {
  const text = await (await fetch(`${pulse.ingest.url}/metrics`)).text()
  const exposed = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
  const page = await Bun.file(join(root, 'docs/ingest.md')).text()
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const listed = rows.flatMap(
    (row) => row.split('|')[1]?.match(/\b(pulse_ingest|kafka)_\w+/g) ?? [],
  )
  const own = exposed.filter((name) => !/^(process|nodejs)_/.test(String(name)))
  expect(listed.sort()).toEqual(own.sort() as string[])
})

test('a hundred calls with one key at once are one event', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => send(`one-${run}`)))
  const first = answers.filter(({ body }) => body.duplicate === false)
  expect(first).toHaveLength(1)
  expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true)
})

test('killed under load, a worker is replaced, nothing accepted is lost, and no counter falls', async () => {
  const [victim = 0, other = 0] = started()
  const before = await metrics()
  const producers = produceFrom(pulse.ingest.url, 3000, 32)
  await until('the load is under way', () => producers.accepted.length > 300)
  const counted = eventsIn(await metrics())
  process.kill(victim, 'SIGKILL')
  await until('another worker takes requests', () => started().length === 3, 60_000)
  expect(eventsIn(await metrics())).toBeGreaterThanOrEqual(counted)
  await producers.done
  accepted.push(...producers.accepted)
  expect(processIdentity(other)).toBeDefined()
  const ended = pulse.ingest
    .lines()
    .find(({ worker_pid, code }) => worker_pid === victim && code !== undefined)
  expect(ended).toMatchObject({ level: 'error', signal: 'SIGKILL', msg: 'worker ended: replaced' })
  const after = await metrics()
  expect(after.get('pulse_ingest_workers_ended_total')).toBe(1)
  expect(after.get('pulse_ingest_workers{state="answering"}')).toBe(2)
  for (const [series, value] of before)
    if (/^(pulse|kafka)_\w+_(total|count|bucket)\b/.test(series))
      expect({ series, value: after.get(series) }).toSatisfy((now) => Number(now.value) >= value)
  expect(await audit(pulse.sql, accepted)).toEqual(clean)
  expect(await countsClose(pulse.sql)).toBe(true)
}, 120_000)

test('nobody else gets the port, with one worker or with two', async () => {
  const env = {
    INGEST_PORT: new URL(pulse.ingest.url).port,
    KAFKA_BROKERS: 'localhost:1',
    API_KEYS: 'tenant_a:key_a',
  }
  for (const INGEST_WORKERS of ['1', '2'])
    await expect(spawnService('ingest', { ...env, INGEST_WORKERS })).rejects.toThrow(
      /the port is taken/,
    )
}, 90_000)

test('workers end with their supervisor, however that ends, and leave the port free', async () => {
  // Not one that the system chooses, and could give to somebody's connection in between.
  const INGEST_PORT = String(await freePort())
  const env = { INGEST_PORT, KAFKA_BROKERS: 'localhost:1', API_KEYS: 'tenant_a:key_a' }
  const alone = await spawnService('ingest', { ...env, INGEST_WORKERS: '2' })
  const workers = started(alone)
  expect(workers.filter((pid) => processIdentity(pid))).toHaveLength(2)
  alone.kill('SIGKILL')
  await until('both have ended', () => !workers.some((pid) => processIdentity(pid)), 30_000)
  const next = await spawnService('ingest', env)
  await next.stop()
}, 90_000)

test('SIGTERM under load: all workers drain, and what was accepted is stored', async () => {
  const keys: string[] = []
  let sending = true
  const load = Array.from({ length: 64 }, async (_, i) => {
    for (let n = 0; sending; n++) {
      const key = `drained-${i}-${n}-${run}`
      const answer = await send(key).catch(() => undefined)
      if (answer?.status !== 202) break
      keys.push(key)
    }
  })
  await until('the load is under way', () => keys.length > 300)
  const workers = started().filter((pid) => processIdentity(pid))
  const began = performance.now()
  pulse.ingest.kill('SIGTERM')
  expect(await pulse.ingest.ended).toEqual({ code: 0, signal: null })
  expect(performance.now() - began).toBeLessThan(10_000)
  sending = false
  await Promise.all(load)
  expect(workers).toHaveLength(2)
  for (const pid of workers) expect(processIdentity(pid)).toBeUndefined()
  expect(await audit(pulse.sql, accepted)).toEqual(clean)
}, 120_000)
