/** Whether those that Pulse is measured beside do what they are said to do: else a comparison is worth nothing. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { testAddresses } from '../harness/addresses.ts'
import { readTopic } from '../harness/kafka-log.ts'
import { freshTopics, type TestTopics } from '../harness/topics.ts'
import { until } from '../harness/until.ts'
import { endsWithParent } from '../launch.ts'
import { eventText } from './contenders/sample.ts'
import { nodeCommand, type Script } from './doors.ts'

const { kafka, redis } = testAddresses()
const dir = mkdtempSync(join(tmpdir(), 'pulse-contenders-'))
const running: { kill(): unknown }[] = []
let topics: TestTopics
beforeAll(async () => {
  topics = await freshTopics()
})
afterAll(async () => {
  for (const child of running) child.kill()
  await topics.remove()
  rmSync(dir, { recursive: true })
})

async function open(script: Script, more: object): Promise<string> {
  const port = await freePort()
  const options = { port, kafka, redis, topic: topics.raw, ...more }
  const [program, ...args] = endsWithParent(await nodeCommand({ dir }, script, options), 'SIGTERM')
  running.push(spawn(program, args, { stdio: 'ignore' }))
  const url = `http://127.0.0.1:${port}`
  await until(`${script} answers`, async () => (await fetch(url)).ok)
  return url
}

const post = async (url: string, key: string, body: string): Promise<number> => {
  const headers = {
    ...{ 'X-API-Key': 'key_load', 'Content-Type': 'application/json' },
    'Idempotency-Key': key,
  }
  return (await fetch(`${url}/events`, { method: 'POST', headers, body })).status
}

const keysIn = async (prefix: string): Promise<string[]> => {
  const records = await readTopic(kafka, topics.raw)
  const keys = records.map(({ value }) => JSON.parse(value.toString()).idempotency_key as string)
  return keys.filter((key) => key.startsWith(prefix)).sort()
}

const keysOf = (prefix: string) => Array.from({ length: 50 }, (_, at) => `${prefix}-${at}`).sort()

test('a door that answers after the ack has in Kafka what it accepted, and refuses what is no event', async () => {
  const url = await open('acked', {})
  const keys = keysOf('acked')
  const answers = await Promise.all(keys.map((key) => post(url, key, eventText(key))))
  expect(new Set(answers)).toEqual(new Set([202]))
  expect(await keysIn('acked-')).toEqual(keys)
  expect(await post(url, 'acked-bad', '{"event_id":1}')).toBe(400)
})

test.each([
  ['one at a time', false],
  ['gathering', true],
])(
  'a team’s door, %s, has each key in Kafka once, however often it is sent',
  async (name, gathered) => {
    const url = await open('team/main', { gathered })
    const prefix = `team-${name.replaceAll(' ', '-')}-${crypto.randomUUID()}`
    const keys = keysOf(prefix)
    const twice = [...keys, ...keys]
    const answers = await Promise.all(twice.map((key) => post(url, key, eventText(key))))
    for (const status of answers) expect([202, 409]).toContain(status)
    expect(await keysIn(prefix)).toEqual(keys)
    expect(await post(url, keys[0] ?? '', eventText('another'))).toBe(422)
    expect(await post(url, `${prefix}-bad`, '{"event_id":1}')).toBe(400)
  },
)
