/** Two ingests and one key: whichever a call comes to, the event is stored once. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { freePort } from '../free-port.ts'
import { anEvent } from '../harness/builders.ts'
import { type Answer, isWhole, type Pulse, post, startPulse } from '../harness/pulse.ts'
import { freshTenant } from '../harness/remembered.ts'
import type { Service } from '../harness/service.ts'
import { until } from '../harness/until.ts'

type Doors = { readonly pulse: Pulse; readonly another: Service }

async function openDoors(redis?: string): Promise<Doors> {
  const apiKeys = `tenant_a:key_a:unlimited,${freshTenant()}:key_few:4`
  const withoutRedis = redis !== undefined
  const pulse = await startPulse({ apiKeys, withoutRedis, at: withoutRedis ? { redis } : {} })
  const another = await pulse.startIngest()
  const isReady = async () => (await fetch(`${another.url}/ready`)).ok
  await until('it is ready', withoutRedis ? isReady : () => isWhole(another.url), 30_000)
  return { pulse, another }
}

/** A hundred calls with one key and one event, at once, to both in turn. */
const hundredCalls = ({ pulse, another }: Doors, key: string): Promise<Answer[]> =>
  Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      post(`${(i % 2 ? pulse.ingest : another).url}/events`, anEvent(), { 'Idempotency-Key': key }),
    ),
  )

/** Of the key in the store once all that Kafka holds is counted. */
async function rowsOf({ sql }: Pulse, key: string): Promise<readonly string[]> {
  const rows = () => sql<{ request_id: string }[]>`
    select request_id from events where idempotency_key = ${key}`
  await until('the event is stored', async () => (await rows()).length > 0)
  return (await rows()).map(({ request_id }) => request_id)
}

describe('with Redis', () => {
  let doors: Doors
  beforeAll(async () => {
    doors = await openDoors()
  }, 60_000)
  afterAll(() => doors?.pulse.stop(), 30_000)

  test('one answer of a hundred is no duplicate, the others name it or say to wait, and there is one row', async () => {
    const key = crypto.randomUUID()
    const answers = await hundredCalls(doors, key)
    const fresh = answers.filter(({ body }) => body.duplicate === false)
    expect(fresh).toHaveLength(1)
    const first = fresh[0]?.body.request_id
    for (const { status, body, headers } of answers.filter((each) => !fresh.includes(each))) {
      if (status === 409) expect(headers.get('Retry-After')).toBe('1')
      else expect([status, body.duplicate, body.request_id]).toEqual([202, true, first])
    }
    expect(await rowsOf(doors.pulse, key)).toEqual([first])
    const again = await hundredCalls(doors, key)
    expect(again.every(({ body }) => body.duplicate && body.request_id === first)).toBe(true)
  })

  test('another event under a key is refused by the one that did not take it', async () => {
    const headers = { 'Idempotency-Key': crypto.randomUUID() }
    expect((await doors.pulse.post(anEvent(), headers)).status).toBe(202)
    const other = anEvent({ event_id: 'evt_other' })
    await until('the other ingest refuses it', async () => {
      const answer = await post(`${doors.another.url}/events`, other, headers)
      return answer.status === 422
    })
  })

  test('one limit holds for both', async () => {
    const headers = { 'X-API-Key': 'key_few' }
    const urls = [doors.pulse.ingest.url, doors.another.url]
    const answers = []
    for (let i = 0; i < 10; i++)
      answers.push(await post(`${urls[i % 2]}/events`, anEvent(), headers))
    expect(answers.filter(({ status }) => status === 202).length).toBe(4)
  })
})

describe('without Redis', () => {
  let doors: Doors
  beforeAll(async () => {
    doors = await openDoors(`redis://127.0.0.1:${await freePort()}`)
  }, 60_000)
  afterAll(() => doors?.pulse.stop(), 30_000)

  test('every call of a hundred is accepted, and there is one row: that of the first record', async () => {
    const key = crypto.randomUUID()
    const answers = await hundredCalls(doors, key)
    expect(answers.map(({ status }) => status)).toEqual(new Array(100).fill(202))
    const rows = await rowsOf(doors.pulse, key)
    expect(rows).toHaveLength(1)
    expect(answers.map(({ body }) => body.request_id)).toContain(rows[0])
    await until('the others are counted as duplicates', async () => {
      const [row] = await doors.pulse.sql<{ stored: number; duplicate: number }[]>`
        select sum(stored)::int as stored, sum(duplicate)::int as duplicate from pipeline_offsets`
      return row?.stored === 1 && row.duplicate === 99
    })
    expect(await rowsOf(doors.pulse, key)).toEqual(rows)
  })
})
