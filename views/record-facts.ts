/** What is known of single events and dead letters; facts.ts says how such shapes are to be read. */

/** Where a record lies in Kafka. */
export type Coordinates = {
  readonly topicId: string
  readonly partition: number
  readonly offset: number
}

export type StoredEvent = Coordinates & {
  readonly id: string
  readonly tenantId: string
  readonly eventId: string
  readonly idempotencyKey: string
  readonly eventType: string
  readonly schemaVersion: number
  readonly occurredAt: Date
  readonly receivedAt: Date
  readonly processedAt: Date
  readonly payload: string
  readonly extra: string | null
  readonly status: string
  readonly requestId: string
  readonly orderingKey: string | null
}

export type DeadLetter = Coordinates & {
  readonly id: number
  readonly tenantId: string
  readonly idempotencyKey: string
  readonly fingerprint: string
  readonly eventId: string | null
  readonly eventType: string | null
  readonly requestId: string | null
  readonly code: string
  readonly class: 'unreadable' | 'invalid' | 'conflict'
  readonly stage: 'decode' | 'validate' | 'store'
  readonly path: string | null
  readonly sentence: string
  readonly attempts: number
  readonly state: string
  readonly receivedAt: Date
  readonly failedAt: Date
  readonly publishedAt: Date | null
  /** Where a list goes on behind it. */
  readonly cursor: string
  /** The record's bytes, all of them or the first part. */
  readonly original: Uint8Array
  /** How many bytes the whole record has. */
  readonly originalBytes: number
}

/** What Kafka still has of a record besides its value. */
export type RecordInKafka = {
  /** Null when the record has none. */
  readonly key: string | null
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export type DeadLetters = {
  readonly deadLetters: readonly DeadLetter[]
  /** How many of the letters asked for are left out because the answer would be too large. */
  readonly leftOut: number
}

/** The ledger's row: what was decided about a key, once. */
export type LedgerEntry = Coordinates & {
  readonly fingerprint: string
  readonly outcome: 'stored' | 'dead'
  readonly requestId: string | null
  readonly receivedAt: Date
}

/** Dead letters with one code, path and event type. */
export type LetterCluster = {
  readonly code: string
  readonly path: string | null
  readonly eventType: string | null
  readonly count: number
  readonly open: number
  readonly first: Date
  readonly last: Date
  /** The id of the newest. */
  readonly example: number
  /** How many failed in each part of the span, oldest first; parts of one length. */
  readonly trend: readonly number[]
}

export type LetterClusters = {
  readonly clusters: readonly LetterCluster[]
  readonly since: Date
  /** When they were counted: what failed later is in none. */
  readonly until: Date
  /** How many letters were looked at: the newest ones; when it equals `most`, older ones of the span are not counted. */
  readonly letters: number
  readonly most: number
}

/** Whose key it is, and its name. */
export type Key = { readonly tenantId: string; readonly idempotencyKey: string }

/** A key that a request has to do with: it decided it, repeated what was decided, or came with another event's key. */
export type RequestKey = Key & {
  /** Of the event that came with the request; null when nobody kept it. */
  readonly fingerprint: string | null
  readonly role: 'decided' | 'repeated' | 'conflict'
}

/** A page of a list, newest first. */
export type Listed<T> = {
  readonly rows: readonly T[]
  /** Where the list goes on, null at its end. */
  readonly next: string | null
  /** How far back the list was looked through, when time was up before there were enough; null otherwise. */
  readonly lookedTo: Date | null
}

/** How far a projection is that follows an event's type. Passed is not changed: an event may be older than the row. */
export type ProjectionOfEvent = {
  readonly name: string
  readonly passed: boolean
  /** It reads what was stored before it began, or follows what is stored. */
  readonly phase: 'history' | 'following'
  /** Records of the event's partition up to it; null when the event is read as history, or its partition not yet. */
  readonly behind: number | null
  readonly pausedWhy: string | null
}

/** What became of one (tenant, idempotency key). */
export type Fate = {
  readonly tenantId: string
  readonly idempotencyKey: string
  readonly outcome: 'stored' | 'dead' | null
  readonly ledger: LedgerEntry | null
  readonly event: StoredEvent | null
  /** Those that follow the event's type. */
  readonly projections: readonly ProjectionOfEvent[]
  /** The dead letter that is this key's outcome. */
  readonly deadLetter: DeadLetter | null
  /** Dead letters of other events that came with the same key. */
  readonly conflicts: readonly DeadLetter[]
  /** Sentences about broken promises, such as two rows for one key; empty when all is well. */
  readonly contradictions: readonly string[]
}

/** Everything with one event id; a tenant may use it more than once. */
export type Matches = {
  readonly events: readonly StoredEvent[]
  readonly deadLetters: readonly DeadLetter[]
  /** Whether there are more than are shown. */
  readonly more: boolean
}
