/**
 * What the pages ask of Postgres, as functions; each reads in one statement or one snapshot.
 * Bounds: the session's statement timeout; 64 questions at once, so that a frozen server does not gather a queue; 16 MiB
 * of originals in `newestDeadLetters`. Elsewhere the caller bounds them by `mostBytes` of each: under one key or event id
 * are some twenty, in a list its limit. A whole one is as large as a record in Kafka may be.
 */
import type { Counts, TypeCount } from '../views/facts.ts'
import type { DeadLetterCounts, MinuteCounts, ProjectionState } from '../views/pipeline-facts.ts'
import type {
  DeadLetter,
  DeadLetters,
  LedgerEntry,
  LetterClusters,
  Matches,
  ProjectionOfEvent,
  RequestKey,
  StoredEvent,
} from '../views/record-facts.ts'
import type { CountedPartition } from './conservation.ts'
import { eventOf } from './fate.ts'
import type { LetterFilter } from './letter-query.ts'
import { Unavailable } from './outage.ts'
import type { Pool, Sql } from './postgres.ts'
import { countedPartitions } from './queries/counted-partitions.ts'
import { countsByMinute } from './queries/counts-by-minute.ts'
import { type DayCount, dayCounts } from './queries/day-counts.ts'
import { deadLetterCounts } from './queries/dead-letter-counts.ts'
import { deadLettersByEventId } from './queries/dead-letters-by-event-id.ts'
import { deadLettersByKey } from './queries/dead-letters-by-key.ts'
import { eventsBetween } from './queries/events-between.ts'
import { eventsByEventId } from './queries/events-by-event-id.ts'
import { eventsByKey } from './queries/events-by-key.ts'
import { instantBack } from './queries/instant-back.ts'
import { ledgerEntry } from './queries/ledger-entry.ts'
import { ledgerStart } from './queries/ledger-start.ts'
import { letterById } from './queries/letter-by-id.ts'
import { letterClusters } from './queries/letter-clusters.ts'
import { lettersBetween } from './queries/letters-between.ts'
import { lettersOfEvents } from './queries/letters-of-events.ts'
import { newestDeadLetters } from './queries/newest-dead-letters.ts'
import type { OrderRow } from './queries/order-columns.ts'
import { orderWithPayment, type PaymentRow } from './queries/order-with-payment.ts'
import { ping } from './queries/ping.ts'
import { projectionStates } from './queries/projection-states.ts'
import { projectionsOfEvent } from './queries/projections-of-event.ts'
import { tenants } from './queries/tenants.ts'
import { tenantsOfKey } from './queries/tenants-of-key.ts'
import { topEventTypes } from './queries/top-event-types.ts'
import { type UserRow, userWithOrders } from './queries/user-with-orders.ts'
import { windowCounts } from './queries/window-counts.ts'
import { requestKeys } from './request-keys.ts'
import type { Slice } from './search-back.ts'
import type { EventFilter } from './search-query.ts'

/** What lies in Postgres under one key, read in one snapshot. */
export type KeyRecords = {
  readonly ledger: LedgerEntry | null
  readonly events: readonly StoredEvent[]
  readonly deadLetters: readonly DeadLetter[]
  /** Those that follow the type of the event that the key stands for. */
  readonly projections: readonly ProjectionOfEvent[]
  /** When the oldest event was received that the ledger still knows; null when it is empty. */
  readonly ledgerStart: Date | null
}

/** `mostBytes` bounds how much of each dead letter's original is read. */
export type Store = {
  ping(): Promise<void>
  windowCounts(now: Date): Promise<Counts>
  /** Of each whole minute from `first` to `last`, oldest first. */
  countsByMinute(first: Date, last: Date): Promise<readonly MinuteCounts[]>
  topEventTypes(since: Date, until: Date): Promise<readonly TypeCount[]>
  countedPartitions(): Promise<readonly CountedPartition[]>
  /** What carries an event id, of any of the tenants. */
  matches(tenants: readonly string[], eventId: string, mostBytes: number): Promise<Matches>
  /**
   * What lies under a key. However many dead letters there are, the one that is the key's outcome is among them, and so is
   * the one with `fingerprint`.
   */
  keyRecords(
    tenantId: string,
    idempotencyKey: string,
    mostBytes: number,
    fingerprint?: string | null,
  ): Promise<KeyRecords>
  newestDeadLetters(limit: number, mostBytes: number): Promise<DeadLetters>
  deadLetterCounts(): Promise<DeadLetterCounts>
  dayCounts(since: Date, until: Date): Promise<readonly DayCount[]>
  /** The newest events of a slice of time that pass a filter, with so much of their payloads. */
  eventsBetween(
    filter: EventFilter,
    slice: Slice,
    mostCharacters: number | undefined,
  ): Promise<readonly StoredEvent[]>
  /** When the `count`-th newest event between two instants was received; null when there are fewer. */
  eventsBack(from: Date, to: Date, count: number): Promise<Date | null>
  lettersBetween(
    filter: LetterFilter,
    slice: Slice,
    mostBytes: number,
  ): Promise<readonly DeadLetter[]>
  /** When the `count`-th newest dead letter between two instants failed; null when there are fewer. */
  lettersBack(from: Date, to: Date, count: number): Promise<Date | null>
  letterClusters(since: Date, until: Date): Promise<LetterClusters>
  letter(id: number, mostBytes: number): Promise<DeadLetter | null>
  /** The keys that a request has to do with; `tenantId` undefined: of any tenant. */
  requestKeys(requestId: string, tenantId: string | undefined): Promise<readonly RequestKey[]>
  /** The first `most` tenants with events or dead letters. */
  tenants(most: number): Promise<readonly string[]>
  /** Those of some tenants that have anything under a key. */
  tenantsOfKey(tenants: readonly string[], idempotencyKey: string): Promise<readonly string[]>
  projectionStates(): Promise<readonly ProjectionState[]>
  userWithOrders(
    tenantId: string,
    userId: string,
    mostOrders: number,
  ): Promise<{ user: UserRow; orders: readonly OrderRow[] } | undefined>
  orderWithPayment(
    tenantId: string,
    orderId: string,
  ): Promise<{ order: OrderRow; payment: PaymentRow | undefined } | undefined>
}

/** Bytes of an original that JSON carries: more than any record has. */
export const WHOLE = 64 * 1024 * 1024
/** Bytes of originals in a sample. */
const BUDGET_BYTES = 16 * 1024 * 1024
const MOST_QUESTIONS = 64
const MOST_COUNTED = 10_000
const MOST_MATCHES = 20
const MOST_OF_ONE_KEY = 20
const MOST_CLUSTERED = 50_000

export function makeStore(pool: Pick<Pool, 'lend'>): Store {
  const ask = bounded(pool)
  return {
    ping: () => ask((sql) => ping(sql)),
    windowCounts: (now) => ask((sql) => windowCounts(sql, now)),
    countsByMinute: (...asked) => ask((sql) => countsByMinute(sql, ...asked)),
    topEventTypes: (...asked) => ask((sql) => topEventTypes(sql, ...asked)),
    countedPartitions: () => ask((sql) => countedPartitions(sql)),
    matches: (...asked) => ask((sql) => matches(sql, ...asked)),
    keyRecords: (...asked) => ask((sql) => keyRecords(sql, ...asked)),
    newestDeadLetters: (...asked) => ask((sql) => lettersWithinBudget(sql, ...asked)),
    deadLetterCounts: () => ask((sql) => deadLetterCounts(sql, MOST_COUNTED)),
    dayCounts: (...asked) => ask((sql) => dayCounts(sql, ...asked)),
    eventsBetween: (...asked) => ask((sql) => eventsBetween(sql, ...asked)),
    eventsBack: (...asked) => ask((sql) => instantBack(sql, 'events', ...asked)),
    lettersBetween: (...asked) => ask((sql) => lettersBetween(sql, ...asked)),
    lettersBack: (...asked) => ask((sql) => instantBack(sql, 'dead_letters', ...asked)),
    letterClusters: (...asked) => ask((sql) => clusters(sql, ...asked)),
    letter: (...asked) => ask((sql) => letterById(sql, ...asked)),
    requestKeys: (...asked) => ask((sql) => requestKeys(sql, ...asked)),
    tenants: (most) => ask((sql) => tenants(sql, most)),
    tenantsOfKey: (of, key) =>
      of.length === 0 ? Promise.resolve([]) : ask((sql) => tenantsOfKey(sql, of, key)),
    projectionStates: () => ask((sql) => projectionStates(sql)),
    userWithOrders: (...asked) => ask((sql) => userWithOrders(sql, ...asked)),
    orderWithPayment: (...asked) => ask((sql) => orderWithPayment(sql, ...asked)),
  }
}

function bounded(pool: Pick<Pool, 'lend'>): Pool['lend'] {
  let open = 0
  return async (question) => {
    if (open >= MOST_QUESTIONS)
      throw new Unavailable('PostgreSQL has not answered earlier questions yet')
    open++
    try {
      return await pool.lend(question)
    } finally {
      open--
    }
  }
}

async function matches(
  sql: Sql,
  tenants: readonly string[],
  eventId: string,
  mostBytes: number,
): Promise<Matches> {
  if (tenants.length === 0) return { events: [], deadLetters: [], more: false }
  const most = MOST_MATCHES + 1
  const [events, deadLetters] = await Promise.all([
    eventsByEventId(sql, tenants, eventId, most),
    deadLettersByEventId(sql, tenants, eventId, most, mostBytes),
  ])
  return {
    events: events.slice(0, MOST_MATCHES),
    deadLetters: deadLetters.slice(0, MOST_MATCHES),
    more: events.length === most || deadLetters.length === most,
  }
}

function keyRecords(
  sql: Sql,
  tenantId: string,
  key: string,
  mostBytes: number,
  fingerprint: string | null = null,
): Promise<KeyRecords> {
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    const ledger = await ledgerEntry(tx, tenantId, key)
    const events = await eventsByKey(tx, tenantId, key, MOST_OF_ONE_KEY)
    const letters = await deadLettersByKey(tx, tenantId, key, MOST_OF_ONE_KEY, mostBytes)
    const absent = [fingerprint, ledger?.fingerprint]
      .filter((wanted) => typeof wanted === 'string')
      .filter((wanted) => !letters.some((letter) => letter.fingerprint === wanted))
    const isCut = letters.length === MOST_OF_ONE_KEY && absent.length > 0
    const wanted = isCut ? await lettersOfEvents(tx, tenantId, key, absent, mostBytes) : []
    const event = eventOf(ledger, events)
    return {
      ledger,
      events,
      deadLetters: [...letters, ...wanted],
      projections: event === null ? [] : await projectionsOfEvent(tx, event),
      ledgerStart: await ledgerStart(tx),
    }
  })
}

async function clusters(sql: Sql, since: Date, until: Date): Promise<LetterClusters> {
  const rows = await letterClusters(sql, since, until, MOST_CLUSTERED)
  const [letters = 0] = rows.map((row) => row.letters)
  return {
    clusters: rows.map(({ letters: _, ...cluster }) => cluster),
    since,
    until,
    letters,
    most: MOST_CLUSTERED,
  }
}

async function lettersWithinBudget(
  sql: Sql,
  limit: number,
  mostBytes: number,
): Promise<DeadLetters> {
  const rows = await newestDeadLetters(sql, limit, mostBytes, BUDGET_BYTES)
  const deadLetters = rows.map(({ leftOut: _, ...letter }) => letter)
  return { deadLetters, leftOut: rows[0]?.leftOut ?? 0 }
}
