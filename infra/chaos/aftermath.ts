/** Looks at Pulse after a fault and its load, beside the audit: rows of the probes, counts, dead letters, health. */
import { countsClose } from '../harness/audit.ts'
import { readTopic } from '../harness/kafka-log.ts'
import { until } from '../harness/until.ts'
import type { Pulse } from './pulse.ts'
import type { Aftermath } from './verdict.ts'

const settlesWithinMs = 60_000

/** Waits, for a minute at the most each, for the services to be ready and for the dead letters to be published. */
export async function lookAfter(
  pulse: Pulse,
  kafka: string,
  probes: readonly string[],
): Promise<Aftermath> {
  const { sql, topics } = pulse
  const unready = await pulse.ready(settlesWithinMs).then(
    () => [],
    (error: Error) => [error.message],
  )
  const unpublished = () =>
    number(sql`select count(*)::int as n from dead_letters where published_at is null`)
  await until(
    'dead letters are published',
    async () => (await unpublished()) === 0,
    settlesWithinMs,
  ).catch(
    () => undefined, // what is left is counted below
  )
  const rows = await sql<{ key: string }[]>`
    select idempotency_key as key from events where idempotency_key in ${sql(['', ...probes])}`
  const letters = await number(sql`select count(*)::int as n from dead_letters`)
  const inTopic = new Set((await readTopic(kafka, topics.dlq)).map(({ value }) => `${value}`)).size
  return {
    probesAmiss: probes.filter((probe) => rows.filter(({ key }) => key === probe).length !== 1)
      .length,
    countsClose: await until('the counts close', () => countsClose(sql), 5_000).catch(() => false),
    wrongDeadLetters: await number(sql`
      select count(*)::int as n from dead_letters
       where class = 'unreadable' or (stage = 'store' and class <> 'conflict')`),
    unpublishedDeadLetters: await unpublished(),
    missingFromTopic: Math.max(0, letters - inTopic),
    bytesUnderWay: await bytesUnderWay(pulse.ingests),
    unwell: [...pulse.deaths, ...unready],
  }
}

/** Of all ingests, once there are none or half a minute has passed: as long as a report of Kafka's may take. */
async function bytesUnderWay(ingests: readonly string[]): Promise<number> {
  let bytes = Number.POSITIVE_INFINITY
  const count = async () => {
    const each = await Promise.all(ingests.map(bytesInFlight))
    bytes = each.reduce((sum, more) => sum + more)
    return bytes === 0
  }
  await until('nothing is under way', count, 30_000).catch(() => undefined) // what is left is told
  return bytes
}

async function bytesInFlight(ingest: string): Promise<number> {
  const metrics = await (await fetch(`${ingest}/metrics`)).text()
  const [, bytes] = /^pulse_ingest_in_flight_bytes (\d+)$/m.exec(metrics) ?? []
  if (bytes === undefined) throw new Error(`${ingest} does not say what is under way`)
  return Number(bytes)
}

const number = async (query: PromiseLike<readonly { n?: number }[]>): Promise<number> =>
  (await query)[0]?.n ?? 0
