/**
 * Keeps the tables at their size: makes the partitions of days to come, drops those past their retention, trims the
 * ledger and the counts by the minute. Safe in several processors at once, and beside the store: each step is one
 * short transaction that waits for nobody for long (infra/migrations/006.do.storage.sql says how).
 * A job that fails stops no other; the next round tries it again.
 */
import type { Log } from '../contracts/log.ts'
import { backoffMs, pause } from './backoff.ts'
import { repeat } from './repeat.ts'
import type { Sessions } from './sessions.ts'

export type StorageJob =
  | 'days_ahead'
  | 'drop_days'
  | 'trim_ledger'
  | 'trim_counts'
  | 'trim_event_batches'

export type StorageObserver = {
  done(job: StorageJob): void
  failed(job: StorageJob): void
  dropped(table: 'events' | 'event_requests'): void
  trimmed(table: 'event_keys' | 'event_counts' | 'event_batches', rows: number): void
}

export type StorageDeps = {
  readonly sessions: Sessions
  readonly observer: StorageObserver
  readonly log: Log
}

export type StorageConfig = { readonly retentionDays: number; readonly ledgerDays: number }

/** Between two rounds: what is old becomes a little more at a time. */
const everyMs = 300_000
/** Today and as many more: a processor may be stopped, or fail here, for that long before midnight makes anybody wait. */
const daysAhead = 3
/** Rows of one transaction: some tens of milliseconds. */
const trimRows = 5000
/** A drop waits a fifth of a second for its lock, and not more often than this in one round. */
const dropTries = 10

/** Round after round, until the signal is given. */
export const keepStorage = (
  deps: StorageDeps,
  config: StorageConfig,
  signal: AbortSignal,
): Promise<void> => repeat(() => storageRound(deps, config, signal), everyMs, signal)

/** One round of all jobs; resolves when it is through or the signal is given. */
export async function storageRound(
  deps: StorageDeps,
  config: StorageConfig,
  signal: AbortSignal,
): Promise<void> {
  const { retentionDays, ledgerDays } = config
  const jobs: Record<StorageJob, () => Promise<void>> = {
    days_ahead: () => makeDaysAhead(deps),
    drop_days: async () => {
      await dropDays(deps, 'events', retentionDays, signal)
      await dropDays(deps, 'event_requests', retentionDays, signal)
    },
    // A day more: the clocks of processors and Postgres may differ, and a record is taken until it is ledgerDays old.
    trim_ledger: () => trim(deps, 'event_keys', ledgerDays + 1, signal),
    trim_counts: () => trim(deps, 'event_counts', retentionDays, signal),
    trim_event_batches: () => trimEventBatches(deps, signal),
  }
  for (const [job, run] of Object.entries(jobs) as [StorageJob, () => Promise<void>][]) {
    if (signal.aborted) return
    try {
      await run()
      deps.observer.done(job)
    } catch (err) {
      if (signal.aborted) return
      deps.observer.failed(job)
      deps.log.warn({ err, job }, 'storage job failed: the next round tries again')
    }
  }
}

async function makeDaysAhead({ sessions }: StorageDeps): Promise<void> {
  for (let day = 0; day <= daysAhead; day++)
    await sessions.run(
      'storage',
      (sql) => sql`select ensure_day((now() at time zone 'UTC')::date + ${day}::integer)`,
    )
}

async function dropDays(
  { sessions, observer, log }: StorageDeps,
  table: 'events' | 'event_requests',
  days: number,
  signal: AbortSignal,
): Promise<void> {
  const dropOldest = async () => {
    const [row] = await sessions.run(
      'storage',
      (sql) => sql<{ day: string | null }[]>`
        select drop_oldest_day(${table}, ${days})::text as day`,
    )
    return row?.day ?? null
  }
  for (let tries = 1; !signal.aborted; ) {
    try {
      const day = await dropOldest()
      if (day === null) return
      observer.dropped(table)
      log.info({ table, day, retentionDays: days }, 'day dropped')
    } catch (err) {
      const locked = (err as { code?: unknown }).code === '55P03'
      if (!locked || tries === dropTries) throw err
      await pause(backoffMs(tries++, Math.random()), signal)
    }
  }
}

async function trim(
  { sessions, observer, log }: StorageDeps,
  table: 'event_keys' | 'event_counts',
  days: number,
  signal: AbortSignal,
): Promise<void> {
  let after = '-infinity'
  let rows = 0
  while (!signal.aborted) {
    const began = performance.now()
    const [row] = await sessions.run(
      'storage',
      (sql) => sql<{ deleted: string; reached: string }[]>`
        select deleted, reached::text from ${sql(`trim_${table}`)}(${days}, ${after}::text::timestamptz, ${trimRows})`,
    )
    const deleted = Number(row?.deleted ?? 0)
    rows += deleted
    observer.trimmed(table, deleted)
    if (row === undefined || deleted < trimRows) break
    after = row.reached
    // Rests as long as it worked: the store has the other half.
    await pause(performance.now() - began, signal)
  }
  if (rows > 0) log.info({ table, rows, days }, 'rows trimmed')
}

/** What every projection has passed, and what none can read any more. */
async function trimEventBatches(
  { sessions, observer, log }: StorageDeps,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const [row] = await sessions.run(
      'storage',
      (sql) => sql<{ moved: string }[]>`select release_event_batches(${trimRows}) as moved`,
    )
    const markers = Number(row?.moved ?? 0)
    if (markers === 0) break
    log.warn({ markers }, 'projections passed over batches of days that were dropped')
  }
  while (!signal.aborted) {
    const began = performance.now()
    const [row] = await sessions.run(
      'storage',
      (sql) => sql<{ deleted: string }[]>`select trim_event_batches(${trimRows}) as deleted`,
    )
    const deleted = Number(row?.deleted ?? 0)
    observer.trimmed('event_batches', deleted)
    if (deleted < trimRows) return
    await pause(performance.now() - began, signal)
  }
}
