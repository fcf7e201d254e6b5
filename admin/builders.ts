/** Builders for tests: one valid thing each, with what a test cares about given. */
import type { Log } from '../contracts/log.ts'
import type { DeadLetter, LedgerEntry, RequestKey, StoredEvent } from '../views/record-facts.ts'
import { type AppDeps, makeApp } from './app.tsx'
import type { Assets } from './assets.ts'
import type { CountedPartition } from './conservation.ts'
import { readExposition } from './exposition.ts'
import type { Kafka } from './kafka.ts'
import type { Readiness } from './ready.ts'
import type { KeyRecords, Store } from './store.ts'

export const NOW = new Date('2026-01-02T20:00:30.000Z')
export const TOPIC_ID = '0190a7c0-0000-7000-8000-000000000001'

export const anEvent = (given: Partial<StoredEvent> = {}): StoredEvent => ({
  id: '5c2e4f3a-0000-4000-8000-000000000001',
  tenantId: 'tenant_a',
  eventId: 'evt_1',
  idempotencyKey: 'key_1',
  eventType: 'user_login',
  schemaVersion: 1,
  occurredAt: NOW,
  receivedAt: NOW,
  processedAt: NOW,
  payload: '{"user_id": "u1"}',
  extra: null,
  status: 'processed',
  requestId: 'req_1',
  orderingKey: null,
  topicId: TOPIC_ID,
  partition: 0,
  offset: 7,
  ...given,
})

export const aDeadLetter = (
  given: Partial<Omit<DeadLetter, 'original'>> & { original?: string | Uint8Array } = {},
): DeadLetter => {
  const original = typeof given.original === 'string' ? Buffer.from(given.original) : given.original
  const bytes = original ?? Buffer.from('{"tenant_id":"tenant_a"}')
  return {
    id: 1,
    tenantId: 'tenant_a',
    idempotencyKey: 'key_1',
    fingerprint: 'f1',
    eventId: 'evt_1',
    eventType: 'user_login',
    requestId: 'req_1',
    code: 'MISSING_FIELD',
    class: 'invalid',
    stage: 'validate',
    path: '/event_type',
    sentence: 'event_type is required',
    attempts: 1,
    state: 'open',
    receivedAt: NOW,
    failedAt: NOW,
    publishedAt: NOW,
    cursor: '2026-01-02T20:00:30.000000Z_1',
    topicId: TOPIC_ID,
    partition: 0,
    offset: 8,
    originalBytes: bytes.length,
    ...given,
    original: bytes,
  }
}

export const aLedgerEntry = (given: Partial<LedgerEntry> = {}): LedgerEntry => ({
  fingerprint: 'f1',
  outcome: 'stored',
  requestId: 'req_1',
  receivedAt: NOW,
  topicId: TOPIC_ID,
  partition: 0,
  offset: 7,
  ...given,
})

export const aRequestKey = (given: Partial<RequestKey> = {}): RequestKey => ({
  tenantId: 'tenant_a',
  idempotencyKey: 'key_1',
  fingerprint: 'f1',
  role: 'decided',
  ...given,
})

/** What lies under a key: nothing, but for what is given, in a ledger that goes back a day. */
export const someRecords = (given: Partial<KeyRecords> = {}): KeyRecords => ({
  ledger: null,
  events: [],
  deadLetters: [],
  projections: [],
  ledgerStart: new Date(NOW.getTime() - 86_400_000),
  ...given,
})

/** What a service answers that is ready, unless given otherwise. */
export const aReadiness = (given: Partial<Readiness> = {}): Readiness => ({
  status: 200,
  degraded: [],
  reasons: [],
  ...given,
})

const asset = (name: string) => ({
  url: `/assets/x/${name}`,
  type: 'x',
  bytes: new Uint8Array(1),
  gzipped: undefined,
})
const assets: Assets = {
  font: asset('inter.woff2'),
  icon: asset('icon.svg'),
  style: asset('pulse.css'),
  htmx: asset('htmx.js'),
  morph: asset('morph.js'),
  page: asset('page.js'),
}

const emptyStore: Store = {
  ping: async () => {},
  windowCounts: async () => ({
    eventsLastMinute: 0,
    eventsLast5Minutes: 0,
    eventsLast30Minutes: 0,
    deadLastMinute: 0,
    deadLast5Minutes: 0,
  }),
  countsByMinute: async () => [],
  topEventTypes: async () => [],
  countedPartitions: async () => [],
  matches: async () => ({ events: [], deadLetters: [], more: false }),
  keyRecords: async () => someRecords(),
  newestDeadLetters: async () => ({ deadLetters: [], leftOut: 0 }),
  deadLetterCounts: async () => ({ open: 0, unpublished: 0, countedUpTo: 10_000 }),
  dayCounts: async () => [],
  eventsBetween: async () => [],
  eventsBack: async () => null,
  lettersBetween: async () => [],
  lettersBack: async () => null,
  letterClusters: async (since, until) => ({
    clusters: [],
    since,
    until,
    letters: 0,
    most: 50_000,
  }),
  letter: async () => null,
  requestKeys: async () => [],
  tenants: async () => [],
  tenantsOfKey: async () => [],
  projectionStates: async () => [],
  userWithOrders: async () => undefined,
  orderWithPayment: async () => undefined,
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** One partition, all that is needed to tell a law or a lag. */
export const aCountedPartition = (given: Partial<CountedPartition> = {}): CountedPartition => ({
  topicId: TOPIC_ID,
  partition: 0,
  firstOffset: 0,
  countedTo: 10,
  stored: 7,
  duplicate: 2,
  dead: 1,
  skipped: 0,
  ...given,
})

/** Kafka with one partition, whose log ends there. */
export const aLogEndingAt = (end: number): Pick<Kafka, 'topicLog'> => ({
  topicLog: async () => ({ topicId: TOPIC_ID, partitions: [{ partition: 0, start: 0, end }] }),
})

const emptyKafka: AppDeps['kafka'] = {
  ping: async () => {},
  ...aLogEndingAt(0),
  committed: async () => new Map(),
  group: async () => ({
    state: 'stable',
    members: [{ clientId: 'pulse-processor', host: '10.0.0.1', partitions: [0] }],
  }),
  firstOffsetAt: () => async () => new Map(),
  retentionMs: async () => 7 * 24 * 3_600_000,
}

/** What a service tells at /metrics; nothing unless given. */
export const someMetrics =
  (text = '') =>
  async () =>
    readExposition(text)

/** The admin over stores that are empty and dependencies that are up, but for what is given. */
export function anAdmin(
  given: {
    store?: Partial<Store>
    kafka?: Partial<AppDeps['kafka']>
    hosts?: readonly string[]
  } & Partial<Omit<AppDeps, 'store' | 'kafka'>> = {},
) {
  const { store, kafka, hosts = [], ...deps } = given
  return makeApp(
    {
      store: { ...emptyStore, ...store },
      kafka: { ...emptyKafka, ...kafka },
      ingest: async () => aReadiness(),
      processor: async () => aReadiness({ partitions: [0] }),
      ingestMetrics: someMetrics(),
      history: { read: () => [] },
      findProducer: async () => ({ is: 'unknown' }),
      readRecord: async () => ({ key: null, headers: [] }),
      assets,
      log: silent,
      now: () => NOW,
      sleep: Bun.sleep,
      ...deps,
    },
    {
      hosts,
      rawTopic: 'events.raw',
      group: 'event-processor',
      statementTimeoutMs: 200,
      probeMs: 50,
    },
  )
}

/** A rejection as a driver gives it when nobody listens. */
export const refused = async (): Promise<never> => {
  throw Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' })
}

/** Every question to Postgres is refused. */
export const noStore: Store = {
  ping: refused,
  windowCounts: refused,
  countsByMinute: refused,
  topEventTypes: refused,
  countedPartitions: refused,
  matches: refused,
  keyRecords: refused,
  newestDeadLetters: refused,
  deadLetterCounts: refused,
  dayCounts: refused,
  eventsBetween: refused,
  eventsBack: refused,
  lettersBetween: refused,
  lettersBack: refused,
  letterClusters: refused,
  letter: refused,
  requestKeys: refused,
  tenants: refused,
  tenantsOfKey: refused,
  projectionStates: refused,
  userWithOrders: refused,
  orderWithPayment: refused,
}

/** Every question to Kafka is refused. */
export const noKafka: AppDeps['kafka'] = {
  ping: refused,
  topicLog: refused,
  committed: refused,
  group: refused,
  firstOffsetAt: () => refused,
  retentionMs: refused,
}

/** Sleeps that a test ends. */
export function aSleep() {
  const asleep: (() => void)[] = []
  return {
    sleep: () => new Promise<void>((resolve) => void asleep.push(resolve)),
    asleep: () => asleep.length,
    /** Wakes all who sleep, and gives them time for what they do then. */
    async pass() {
      for (const wake of asleep.splice(0)) wake()
      for (let turns = 0; turns < 50 && asleep.length === 0; turns++)
        await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
