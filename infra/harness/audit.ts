/**
 * Whether the promise was kept: every accepted key has exactly one outcome, as a row or as a dead letter and never as
 * both; nothing is stored that nobody sent; the counts close over the log.
 */
import type { Sql } from '../sql.ts'
import type { Accepted } from './producers.ts'
import { until } from './until.ts'

export type Audit = {
  readonly missing: readonly string[]
  readonly repeated: readonly string[]
  readonly both: readonly string[]
  readonly altered: readonly string[]
  readonly unknown: readonly string[]
}

export const clean: Audit = { missing: [], repeated: [], both: [], altered: [], unknown: [] }

type Row = { key: string; payload: string | null; stored: number; dead: number }

/** Waits until the keys have outcomes, or `withinMs` have passed, then compares. */
export async function audit(
  sql: Sql,
  accepted: readonly Accepted[],
  withinMs = 60_000,
): Promise<Audit> {
  const sent = new Map(accepted.map(({ key, event }) => [key, event]))
  await until('every key has an outcome', () => allDecided(sql, sent.keys()), withinMs).catch(
    () => undefined, // what is missing is said below, by key
  )
  const rows = await sql<Row[]>`
    select key, max(payload) as payload, sum(stored)::int as stored, sum(dead)::int as dead
      from (select idempotency_key as key, payload::text as payload, 1 as stored, 0 as dead from events
            union all
            select idempotency_key, null, 0, 1 from dead_letters where state = 'open') outcomes
     group by key`
  const found = new Map(rows.map((row) => [row.key, row]))
  return {
    missing: [...sent.keys()].filter((key) => !found.has(key)),
    repeated: rows.filter(({ stored, dead }) => stored > 1 || dead > 1).map(({ key }) => key),
    both: rows.filter(({ stored, dead }) => stored > 0 && dead > 0).map(({ key }) => key),
    altered: rows.filter((row) => isAltered(row, sent.get(row.key))).map(({ key }) => key),
    unknown: rows.filter(({ key }) => !sent.has(key)).map(({ key }) => key),
  }
}

async function allDecided(sql: Sql, keys: Iterable<string>): Promise<boolean> {
  const rows = await sql<{ key: string }[]>`select idempotency_key as key from event_keys`
  const decided = new Set(rows.map(({ key }) => key))
  return [...keys].every((key) => decided.has(key))
}

const isAltered = ({ payload }: Row, event: Record<string, unknown> | undefined): boolean =>
  payload !== null && event !== undefined && !Bun.deepEquals(JSON.parse(payload), event.payload)

/** The conservation law for everything that was ever counted: offsets on one side, outcomes on the other. */
export async function countsClose(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ closes: boolean }[]>`
    select sum(counted_to - first_offset) = sum(stored + duplicate + dead + skipped)
       and sum(stored) = (select count(*) from events)
       and sum(dead) = (select count(*) from dead_letters) as closes
      from pipeline_offsets`
  return row?.closes ?? false
}
