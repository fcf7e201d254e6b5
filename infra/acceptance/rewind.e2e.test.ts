/** Processors that are paused, resumed, and taken back to read again what they have read. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { openGroup } from '../../admin/rewind/group.ts'
import { testAddresses } from '../harness/addresses.ts'
import { countsClose } from '../harness/audit.ts'
import { anEvent, without } from '../harness/builders.ts'
import { openControl, runControl } from '../harness/control.ts'
import { readMetrics } from '../harness/metrics.ts'
import { type Pulse, readyOf, startPulse } from '../harness/pulse.ts'
import { runRewind } from '../harness/rewind.ts'
import { until } from '../harness/until.ts'

let pulse: Pulse
let another: Awaited<ReturnType<Pulse['startProcessor']>>
const { kafka } = testAddresses()
const at = () => ({ kafka, topic: pulse.topics.control })
const control = (line: string) => openControl(at())(line)
const rewind = (...args: string[]) => runRewind(kafka, pulse.topics, args)
beforeAll(async () => {
  pulse = await startPulse()
  another = await pulse.startProcessor()
  await until('both have partitions', async () => {
    const both = await Promise.all([pulse.processor, another].map(({ url }) => readyOf(url)))
    return both.every(({ partitions }) => partitions.length > 0)
  })
}, 60_000)
afterAll(() => pulse.stop())

/** What is counted is committed a moment later, and only what is committed can be gone back from. */
async function allCommitted() {
  const { raw: rawTopic, group: name } = pulse.topics
  const group = openGroup({ brokers: [kafka], rawTopic, group: name })
  const { counted } = await tables()
  await until(`${counted} are committed`, async () => {
    const offsets = await group.offsets(undefined)
    return offsets.reduce((sum, { committed = 0n }) => sum + Number(committed), 0) === counted
  }).finally(() => group.close())
}

const send = async (count: number) => {
  for (let i = 0; i < count; i++)
    expect(
      (await pulse.post(i % 5 === 0 ? without(anEvent(), 'event_type') : anEvent())).status,
    ).toBe(202)
}
/** Stored, dead, and what the counts of all partitions say. */
async function tables() {
  const [row] = await pulse.sql`
    select (select count(*)::int from events) as events,
           (select count(*)::int from dead_letters) as letters,
           (select count(*)::int from event_requests) as repeats,
           (select coalesce(sum(counted_to - first_offset), 0)::int from pipeline_offsets) as counted`
  return row as { events: number; letters: number; repeats: number; counted: number }
}
const counted = (records: number) =>
  until(`${records} are counted`, async () => (await tables()).counted === records)
const bothAre = (status: string, withinMs?: number) =>
  until(
    `both are ${status}`,
    async () => {
      const both = await Promise.all([pulse.processor, another].map(({ url }) => readyOf(url)))
      return both.every((each) => each.status === status)
    },
    withinMs,
  )
/** What both say from now on. What was read twice before, as others came and went, is not of it. */
function linesFromNow() {
  const said = () => [pulse.processor, another].map((processor) => processor.lines())
  const before = said().map((lines) => lines.length)
  return () => said().flatMap((lines, at) => lines.slice(before[at]))
}

test('paused, processors store nothing and say so; resumed, they go on where they stopped', async () => {
  await send(20)
  await counted(20)
  await control('pause --reason maintenance')
  await bothAre('paused', 5000)
  const { reasons } = await readyOf(pulse.processor.url)
  expect(reasons).toEqual(['paused by control: maintenance'])
  expect((await fetch(`${pulse.processor.url}/ready`)).status).toBe(200)
  expect((await readMetrics(pulse.processor.url)).get('pulse_processor_paused')).toBe(1)
  await send(10)
  expect((await runControl(at(), ['list'])).out).toInclude('Processors are paused: maintenance.')
  // Whoever starts meanwhile is paused too.
  const late = await pulse.startProcessor()
  await until('a third one is paused', async () => (await readyOf(late.url)).status === 'paused')
  expect((await tables()).counted).toBe(20)
  await control('resume')
  await counted(30)
  await bothAre('ready')
  await late.stop()
  expect(await countsClose(pulse.sql)).toBe(true)
}, 60_000)

test('rewound to the beginning, they read everything again and change nothing', async () => {
  const before = await tables()
  await allCommitted()
  const sinceThen = linesFromNow()
  const { code, out, err } = await rewind('--to', 'earliest', '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { partitions, paused } = JSON.parse(out)
  const again = partitions.reduce((sum: number, each: { again: number }) => sum + each.again, 0)
  expect({ again, paused }).toEqual({ again: before.counted, paused: false })
  const readAgain = (partition: number) =>
    sinceThen()
      .filter(({ msg, ...line }) => msg === 'batch stored' && line.partition === partition)
      .filter(({ from, until }) => from === until)
      .reduce((sum, { records }) => sum + Number(records), 0)
  await until('all of it is read again', () =>
    partitions.every(
      (each: { partition: number; again: number }) => readAgain(each.partition) >= each.again,
    ),
  )
  expect(await tables()).toEqual(before)
  await send(5)
  await counted(before.counted + 5)
}, 60_000)

test('what the tables have lost is stored again, and what they have is left alone', async () => {
  const before = await tables()
  // At once: what is read again between the two would be in the ledger alone.
  await pulse.sql.begin(async (sql) => {
    await sql`delete from event_keys where outcome = 'stored'`
    await sql`delete from events`
  })
  expect((await rewind('--to', new Date(0).toISOString())).code).toBe(0)
  await until('it is there again', async () => (await tables()).events === before.events)
  expect(await tables()).toEqual(before)
}, 60_000)

test('one partition goes back to an offset; another one is told what there is', async () => {
  const [row] = await pulse.sql`
    select partition::int from pipeline_offsets where counted_to > first_offset limit 1`
  const held = String(row?.partition)
  await allCommitted()
  const { out } = await rewind('--to', '0', '--partition', held)
  expect(out).toMatch(
    new RegExp(`^partition ${held}: from [1-9]\\d* back to 0, [1-9]\\d* offsets again\n$`),
  )
  expect(await rewind('--to', '999999', '--partition', '1')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^partition 1 holds offsets 0 to \d+, not 999999\n$/),
  })
  expect((await rewind('--to', '0', '--partition', '77')).err).toInclude('there is no partition 77')
}, 60_000)

test('whoever was paused before stays paused', async () => {
  await control('pause')
  const { code, out } = await rewind('--to', 'earliest')
  expect(code).toBe(0)
  expect(out).toInclude('still are: bun run control resume')
  await bothAre('paused')
  await control('resume')
}, 60_000)
