/** Control where Kafka has access rules: what docs/control.md says is needed is enough, and less is not. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testAddresses } from '../harness/addresses.ts'
import { runControl } from '../harness/control.ts'
import { startGuardedKafka } from '../harness/guarded-kafka.ts'
import { spawnService } from '../harness/service.ts'
import { freshTopics, type TestTopics } from '../harness/topics.ts'
import { until } from '../harness/until.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-control-rights-'))
let kafka: Awaited<ReturnType<typeof startGuardedKafka>>
let topics: TestTopics

beforeAll(async () => {
  kafka = await startGuardedKafka(dir)
  topics = await until('the broker creates topics', () => freshTopics(kafka.url))
}, 90_000)
afterAll(async () => {
  await kafka?.stop()
  rmSync(dir, { recursive: true, force: true })
}, 30_000)

const control = (line: string) =>
  runControl({ kafka: '', topic: topics.control }, line.split(' '), '', kafka.settings)

test('who may read the topic may list, and change nothing', async () => {
  await until('the topic is there', async () => (await control('list')).code === 0)
  const refused = await control('tenant set acme')
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.err).toContain('authorization failed')
}, 60_000)

test('who may write it, and under its name in a transaction, may change it', async () => {
  await kafka.letChange(topics.control)
  const changed = await until('the right is in force', async () => {
    const ran = await control('tenant set acme --json')
    return ran.code === 0 && JSON.parse(ran.out)
  })
  expect(changed).toMatchObject({ changed: true, tenant: { id: 'acme', disabled: false } })
}, 60_000)

test('ingest needs to read it, and no right to a group', async () => {
  const ingest = await spawnService('ingest', {
    ...kafka.settings,
    KAFKA_RAW_TOPIC: topics.raw,
    KAFKA_CONTROL_TOPIC: topics.control,
    REDIS_URL: testAddresses().redis,
  })
  await until('control is loaded', () => ingest.lines().some(({ msg }) => msg === 'control loaded'))
  // A broker that is late is another matter.
  const refused = ingest
    .lines()
    .filter(
      ({ msg, reason }) => `${msg}`.startsWith('control cannot') && /authori/i.test(`${reason}`),
    )
  expect(refused).toEqual([])
  await ingest.stop()
}, 60_000)
