import { afterAll, beforeAll, expect, test } from 'bun:test'
import { audit, clean, countsClose } from '../harness/audit.ts'
import { produceFrom } from '../harness/producers.ts'
import { type Pulse, readyOf, startPulse } from '../harness/pulse.ts'
import type { Service } from '../harness/service.ts'
import { until } from '../harness/until.ts'

let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse()
}, 60_000)
afterAll(() => pulse.stop())

const storedMoreThan = (count: number) =>
  until(
    `more than ${count} events are stored`,
    async () => {
      const [row] = await pulse.sql<{ count: number }[]>`select count(*)::int as count from events`
      return (row?.count ?? 0) > count
      // Six seconds of it are the session of the one that was killed.
    },
    30_000,
  )

test('a processor killed three times under load loses nothing and repeats nothing', async () => {
  const producers = produceFrom(pulse.ingest.url, 4000)
  let processor = pulse.processor
  for (const stored of [300, 900, 1500]) {
    await storedMoreThan(stored)
    processor.kill('SIGKILL')
    expect((await processor.ended).signal).toBe('SIGKILL')
    processor = await pulse.startProcessor()
  }
  await producers.done
  expect(await audit(pulse.sql, producers.accepted)).toEqual(clean)
  expect(producers.accepted).toHaveLength(4000)
  expect(await countsClose(pulse.sql)).toBe(true)
}, 120_000)

test('a processor that is frozen past its session changes nothing when it wakes', async () => {
  const decided = async () => {
    const [row] = await pulse.sql<
      { count: number }[]
    >`select count(*)::int as count from event_keys`
    return row?.count ?? 0
  }
  const before = await decided()
  const frozen = await pulse.startProcessor()
  await until(
    'it has partitions',
    async () => {
      const { partitions } = await readyOf(frozen.url)
      return partitions.length > 0
    },
    30_000,
  )
  const producers = produceFrom(pulse.ingest.url, Number.POSITIVE_INFINITY)
  await until('it has stored some of the load', () => storedBy(frozen) > 5)
  frozen.kill('SIGSTOP')
  const asFrozen = frozen.lines().length
  const untilFrozen = producers.accepted.length
  await until('more is sent', () => producers.accepted.length > untilFrozen + 1000)
  await producers.stop()
  const all = before + producers.accepted.length
  await until('the others took its partitions over', async () => (await decided()) === all, 60_000)
  frozen.kill('SIGCONT')
  await until(
    'it has noticed that it was out of the group, and is in again',
    async () => {
      const since = frozen.lines().slice(asFrozen)
      const rejoined = since.some(({ msg }) => msg === 'partitions assigned')
      return rejoined && (await fetch(`${frozen.url}/ready`)).ok
    },
    60_000,
  )
  expect(await countsClose(pulse.sql)).toBe(true)
  const [rows] = await pulse.sql`
    select count(*)::int as all, count(distinct (tenant_id, idempotency_key))::int as keys
      from (select tenant_id, idempotency_key from events
            union all select tenant_id, idempotency_key from dead_letters) outcomes`
  expect(rows).toEqual({ all, keys: all })
}, 150_000)

const storedBy = (processor: Service): number =>
  processor.lines().filter(({ msg }) => msg === 'batch stored').length
