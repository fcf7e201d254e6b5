/** Fatal errors of Kafka's client, made by a broker that does not let ingest write: no process dies of them. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { audit, clean } from '../harness/audit.ts'
import { anEvent } from '../harness/builders.ts'
import { startGuardedKafka } from '../harness/guarded-kafka.ts'
import { produceFrom } from '../harness/producers.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import type { Service } from '../harness/service.ts'
import { until } from '../harness/until.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-kafka-forbids-'))
let kafka: Awaited<ReturnType<typeof startGuardedKafka>>
let pulse: Pulse

beforeAll(async () => {
  kafka = await startGuardedKafka(dir)
  await kafka.let('DESCRIBE')
  await kafka.let('WRITE')
  pulse = await startPulse({ at: { kafka: kafka.url }, ingest: kafka.settings })
}, 90_000)
afterAll(async () => {
  await pulse?.stop()
  await kafka?.stop()
  rmSync(dir, { recursive: true, force: true })
}, 30_000)

const readiness = async (url: string) => {
  const response = await fetch(`${url}/ready`)
  return `${response.status} ${await response.text()}`
}
const inFlight = async (url: string) => {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^pulse_ingest_in_flight (\d+)$/m.exec(text)?.[1])
}

const ends = ({ lines }: Service) =>
  lines().filter(({ msg }) => `${msg}`.includes('fatal error')).length

test('a right that is taken away for a while: refused meanwhile, nothing lost, no process ends', async () => {
  const old = produceFrom(pulse.ingest.url, 1000)
  await until('some events are accepted', () => old.accepted.length > 200)
  await kafka.forbid('WRITE')
  const refused = await until('an event is refused', async () => {
    const answer = await pulse.post(anEvent())
    return answer.status !== 202 && answer
  })
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)

  // For one that begins without the right it is a fatal error, and so for each client that follows.
  const began = performance.now()
  const another = await pulse.startIngest()
  await until('it says why it is not ready', async () => {
    const text = await readiness(another.url)
    return text.startsWith('503') && text.includes('Cluster authorization failed')
  })
  const young = produceFrom(another.url, 300, 50)
  await until('several clients have ended', () => ends(another) >= 4)
  expect(ends(another)).toBeLessThanOrEqual(1 + (performance.now() - began) / 1000)

  await kafka.let('WRITE')
  await until('it is ready', async () => (await readiness(another.url)).startsWith('200'))
  // Some calls repeat what may be in, and wait for its lease.
  await Promise.all([old.done, young.done])
  const accepted = [...old.accepted, ...young.accepted]
  expect(accepted).toHaveLength(1300)
  await until('nothing is under way', async () => (await inFlight(another.url)) === 0)
  const found = await audit(pulse.sql, accepted)
  expect(found).toEqual({ ...clean, unknown: found.unknown })
}, 150_000)
