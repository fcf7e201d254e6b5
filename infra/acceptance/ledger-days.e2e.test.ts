import { afterAll, beforeAll, expect, test } from 'bun:test'
import { anEvent } from '../harness/builders.ts'
import { type Pulse, readyOf, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'

let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse()
}, 60_000)
afterAll(() => pulse.stop())

test('a ledger that forgets before Kafka does reads nothing, and says why', async () => {
  // events.dlq keeps a record for 30 days, and its segments take records for 7.
  await pulse.processor.stop()
  const forgetful = await pulse.startProcessor({ LEDGER_DAYS: '37' })
  expect((await pulse.post(anEvent(), {})).status).toBe(202)
  const { reasons } = await until('it says why', async () => {
    const body = await readyOf(forgetful.url)
    return body.reasons.some((reason) => reason.includes('LEDGER_DAYS')) && body
  })
  expect(reasons).toEqual([
    expect.stringMatching(
      /^consumer: LEDGER_DAYS \(37\) must be more than that: events\.dlq\S* keeps records for up to 37 days/,
    ),
  ])
  const rows = () => pulse.sql`select from event_keys`
  expect(await rows()).toHaveLength(0)

  const mindful = await pulse.startProcessor({ LEDGER_DAYS: '38' })
  await until('another stores it', async () => (await rows()).length === 1, 30_000)
  await until('it is ready', async () => (await readyOf(mindful.url)).status === 'ready')
  expect((await readyOf(forgetful.url)).partitions).toEqual([])
}, 60_000)
