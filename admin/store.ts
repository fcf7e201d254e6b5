/**
 * What the pages ask of Postgres, as functions; each reads in one statement or one snapshot.
 * Bounds: the session's statement timeout; 16 MiB of originals in one answer; 64 questions at once, so that a frozen
 * server does not gather a queue.
 */
import type {
  Counts,
  DeadLetter,
  DeadLetterCounts,
  DeadLetters,
  LedgerEntry,
  Matches,
  MinuteCounts,
  ProjectionState,
  StoredEvent,
  TypeCount,
} from '../views/facts.ts'
import type { CountedPartition } from './conservation.ts'
import { Unavailable } from './outage.ts'
import type { Sql } from './postgres.ts'
import { countedPartitions } from './queries/counted-partitions.ts'
import { deadLetterCounts } from './queries/dead-letter-counts.ts'
import { deadLettersByEventId } from './queries/dead-letters-by-event-id.ts'
import { deadLettersByKey } from './queries/dead-letters-by-key.ts'
import { eventsByEventId } from './queries/events-by-event-id.ts'
import { eventsByKey } from './queries/events-by-key.ts'
import { ledgerEntry } from './queries/ledger-entry.ts'
import { minuteCounts } from './queries/minute-counts.ts'
import { newestDeadLetters } from './queries/newest-dead-letters.ts'
import { type OrderRow, orderWithPayment, type PaymentRow } from './queries/order-with-payment.ts'
import { ping } from './queries/ping.ts'
import { projectionStates } from './queries/projection-states.ts'
import { topEventTypes } from './queries/top-event-types.ts'
import { type UserRow, userWithOrders } from './queries/user-with-orders.ts'
import { windowCounts } from './queries/window-counts.ts'

/** What lies in Postgres under one key, read in one snapshot. */
export type KeyRecords = {
  readonly ledger: LedgerEntry | null
  readonly events: readonly StoredEvent[]
  readonly deadLetters: readonly DeadLetter[]
}

/** `mostBytes` bounds how much of each dead letter's original is read. */
export type Store = {
  ping(): Promise<void>
  windowCounts(now: Date): Promise<Counts>
  minuteCounts(now: Date): Promise<readonly MinuteCounts[]>
  topEventTypes(since: Date, until: Date): Promise<readonly TypeCount[]>
  countedPartitions(): Promise<readonly CountedPartition[]>
  matches(tenantId: string, eventId: string, mostBytes: number): Promise<Matches>
  keyRecords(tenantId: string, idempotencyKey: string, mostBytes: number): Promise<KeyRecords>
  newestDeadLetters(limit: number, mostBytes: number): Promise<DeadLetters>
  deadLetterCounts(): Promise<DeadLetterCounts>
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

/** Bytes of originals in one answer. */
const BUDGET_BYTES = 16 * 1024 * 1024
const MOST_QUESTIONS = 64
const MOST_COUNTED = 10_000
const MOST_MATCHES = 20
const MOST_OF_ONE_KEY = 20

export function makeStore(sql: Sql): Store {
  const bounded = makeBounded()
  return {
    ping: () => bounded(() => ping(sql)),
    windowCounts: (now) => bounded(() => windowCounts(sql, now)),
    minuteCounts: (now) => bounded(() => minuteCounts(sql, now)),
    topEventTypes: (...asked) => bounded(() => topEventTypes(sql, ...asked)),
    countedPartitions: () => bounded(() => countedPartitions(sql)),
    matches: (...asked) => bounded(() => matches(sql, ...asked)),
    keyRecords: (...asked) => bounded(() => keyRecords(sql, ...asked)),
    newestDeadLetters: (...asked) => bounded(() => lettersWithinBudget(sql, ...asked)),
    deadLetterCounts: () => bounded(() => deadLetterCounts(sql, MOST_COUNTED)),
    projectionStates: () => bounded(() => projectionStates(sql)),
    userWithOrders: (...asked) => bounded(() => userWithOrders(sql, ...asked)),
    orderWithPayment: (...asked) => bounded(() => orderWithPayment(sql, ...asked)),
  }
}

function makeBounded() {
  let open = 0
  return async <T>(question: () => Promise<T>): Promise<T> => {
    if (open >= MOST_QUESTIONS)
      throw new Unavailable('PostgreSQL has not answered earlier questions yet')
    open++
    try {
      return await question()
    } finally {
      open--
    }
  }
}

async function matches(
  sql: Sql,
  tenantId: string,
  eventId: string,
  mostBytes: number,
): Promise<Matches> {
  const most = MOST_MATCHES + 1
  const [events, deadLetters] = await Promise.all([
    eventsByEventId(sql, tenantId, eventId, most),
    deadLettersByEventId(sql, tenantId, eventId, most, mostBytes),
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
): Promise<KeyRecords> {
  return sql.begin('isolation level repeatable read read only', async (tx) => ({
    ledger: await ledgerEntry(tx, tenantId, key),
    events: await eventsByKey(tx, tenantId, key, MOST_OF_ONE_KEY),
    deadLetters: await deadLettersByKey(tx, tenantId, key, MOST_OF_ONE_KEY, mostBytes),
  }))
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
