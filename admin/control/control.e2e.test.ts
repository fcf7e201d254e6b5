/** The command as a person and a script run it. What ingest makes of it is tested with ingest. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testAddresses } from '../../infra/harness/addresses.ts'
import { runControl } from '../../infra/harness/control.ts'
import { freshTopics, type TestTopics } from '../../infra/harness/topics.ts'
import { until } from '../../infra/harness/until.ts'

const { kafka } = testAddresses()
const nowhere = '127.0.0.1:1'
const folder = mkdtempSync(join(tmpdir(), 'pulse-control-'))
const runtime = join(folder, 'runtime.json')
writeFileSync(runtime, JSON.stringify({ kafka, ingest: 'http://127.0.0.1:1', tenants: {} }))

let topics: TestTopics
const run = (line: string, stdin?: string, broker = kafka) =>
  runControl({ kafka: broker, topic: topics.control }, line === '' ? [] : line.split(' '), stdin)

beforeAll(async () => {
  topics = await freshTopics()
  await until('the topic is there', async () => (await run('list')).code === 0)
}, 120_000)
afterAll(async () => {
  await topics.remove()
  rmSync(folder, { recursive: true, force: true })
})

const aKey = /pulse_[a-z2-7]{40}/g

test('a tenant gets a key: it is shown once, and never again', async () => {
  expect((await run('tenant set acme --validation strict')).code).toBe(0)
  const made = await run('key create acme laptop')
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out.match(aKey)).toHaveLength(1)
  const listed = await run('')
  expect(listed.out).toMatch(/^acme +enabled +strict +default +default$/m)
  expect(listed.out).toMatch(/^ {2}[0-9a-f]{10} +laptop +live +since /m)
  const all = `${listed.out}${(await run('list --json')).out}${(await run('tenant set acme')).out}`
  expect(all.match(aKey)).toBeNull()
}, 120_000)

test('with --json every answer is one object', async () => {
  await run('tenant set scripted')
  const made = JSON.parse((await run('key create scripted ci --json')).out)
  expect(made).toMatchObject({
    changed: true,
    tenant: { id: 'scripted', keys: [{ state: 'live' }] },
  })
  expect(made.key).toMatch(aKey)
  const rotated = JSON.parse((await run('key rotate scripted ci --overlap 1h --json')).out)
  expect(rotated.tenant.keys.map(({ state }: { state: string }) => state)).toEqual([
    'ending',
    'live',
  ])
  expect(rotated.key).not.toBe(made.key)
  const again = JSON.parse((await run('limit set scripted --events default --json')).out)
  expect(again).toEqual({ changed: false, tenant: rotated.tenant })
  const { tenants } = JSON.parse((await run('list --json')).out)
  expect(tenants).toContainEqual(rotated.tenant)
}, 120_000)

test('a key is revoked by itself, read from standard input', async () => {
  await run('tenant set leaky')
  const { key } = JSON.parse((await run('key create leaky app --json')).out)
  const elsewhere = await run('key revoke acme -', `${key}\n`)
  expect(elsewhere.code).toBe(1)
  expect(elsewhere.err).toMatch(/it is app \([0-9a-f]{10}\) of leaky/)
  expect(elsewhere.err).not.toContain(key)
  const revoked = JSON.parse((await run('key revoke leaky - --json', key)).out)
  expect(revoked.tenant.keys).toMatchObject([{ name: 'app', state: 'revoked' }])
}, 120_000)

describe('what does not go', () => {
  test.each([
    ['limit set nobody --events 1', 1, /^there is no tenant nobody in control/],
    ['key revoke acme tablet', 1, /^acme has no key tablet/],
    ['key revoke acme -', 1, /^There is no key on standard input/],
    ['key remove acme laptop', 2, /^'key remove' is no command; there are: list, /],
    ['limit set acme --events many', 2, /^--events must be a whole number/],
  ])('%p ends with exit code %p, and says why', async (line, code, words) => {
    const ran = await run(line)
    expect(ran.err).toMatch(words)
    expect(ran).toMatchObject({ code, out: '' })
  })

  test('without Kafka it is said where it was looked for', async () => {
    const ran = await run('tenant set acme', '', nowhere)
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toStartWith(`Kafka at ${nowhere} did not do it: `)
  })
})

test('without KAFKA_BROKERS Kafka is where the runtime file says', async () => {
  const found = await run(`list --json --runtime ${runtime}`, '', '')
  expect(found).toMatchObject({ code: 0, err: '' })
  expect((await run(`list --runtime ${runtime}`, '', nowhere)).code).toBe(1)
  const missing = await run(`list --runtime ${folder}/missing.json`, '', '')
  expect(missing).toMatchObject({ code: 1, out: '' })
  expect(missing.err).toStartWith(`${folder}/missing.json cannot be read: `)
  writeFileSync(runtime, '{"ingest":"x"}')
  const silent = await run(`list --runtime ${runtime}`, '', '')
  expect(silent).toMatchObject({ code: 1, err: `${runtime} does not say where Kafka is\n` })
}, 120_000)

test('help needs no Kafka', async () => {
  const { code, out } = await run('--help', '', nowhere)
  expect(code).toBe(0)
  expect(out).toContain('key rotate TENANT KEY')
})
