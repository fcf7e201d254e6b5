/**
 * What the console knows: the shapes that the pages show and the JSON API answers. `null` means "could not be
 * measured" and is shown as the word unknown, never as 0. Instants are `Date`s, ISO 8601 in JSON. `payload`, `extra`
 * and `original` are JSON as text, so that no number changes on the way from Postgres to the reader.
 */
export type DependencyName = 'postgres' | 'kafka' | 'ingest' | 'processor'

export type Dependency = {
  readonly state: 'up' | 'down'
  /** How long the measurement took, in milliseconds. */
  readonly ms: number
  /** What a service says it works without, for example `redis`. */
  readonly degraded?: readonly string[]
  /** One sentence, when it is down. */
  readonly error?: string
  /** What a service that answers says of why it is not ready. */
  readonly reasons?: readonly string[]
  /** The partitions that a processor says it holds. */
  readonly partitions?: readonly number[]
}

/** `down`: no event can be taken. `degraded`: events are taken, and something else is not as it should be. */
export type Health = {
  readonly status: 'ok' | 'degraded' | 'down'
  readonly dependencies: Readonly<Record<DependencyName, Dependency>>
  readonly measuredAt: Date
}

/** The conservation law's terms, of one partition or summed over all. */
export type Terms = {
  readonly logEnd: number | null
  readonly firstOffset: number | null
  readonly stored: number | null
  readonly duplicate: number | null
  readonly dead: number | null
  readonly skipped: number | null
  readonly inFlight: number | null
}

export type PartitionLaw = Terms & {
  readonly partition: number
  readonly countedTo: number | null
  readonly closes: boolean | null
}

/** `log end − first offset = stored + duplicate + dead + skipped + in flight`, for the topic's current id. */
export type Conservation = Terms & {
  readonly closes: boolean | null
  readonly topic: string
  readonly topicId: string | null
  readonly partitions: readonly PartitionLaw[]
  /** Sentences about what is wrong or lost; empty when all is well. */
  readonly findings: readonly string[]
}

/** Why a dependency gave no answer. */
export type Outage = {
  readonly kind: 'too-slow' | 'unreachable' | 'failed'
  /** What is said to people, one sentence without a full stop. */
  readonly why: string
}

/** Something that could not be measured, and why. */
export type Unmeasured = { readonly what: string; readonly why: string }

export type Counts = {
  readonly eventsLastMinute: number
  readonly eventsLast5Minutes: number
  readonly eventsLast30Minutes: number
  readonly deadLastMinute: number
  readonly deadLast5Minutes: number
}

export type TypeCount = { readonly eventType: string; readonly count: number }

export type Overview = {
  readonly [K in Exclude<keyof Counts, `dead${string}`>]: number | null
} & {
  readonly totalEvents: number | null
  readonly errors: {
    readonly deadLastMinute: number | null
    readonly deadLast5Minutes: number | null
  }
  /** Stored since midnight UTC, most frequent first. */
  readonly topEventTypes: readonly TypeCount[] | null
  readonly conservation: Conservation
  readonly health: Health
  readonly unmeasured: readonly Unmeasured[]
  readonly measuredAt: Date
}

/** How far one partition is written, counted in Postgres, and committed in Kafka. */
export type PartitionLag = {
  readonly partition: number
  readonly logEnd: number | null
  /** `never`: the group has not committed this partition yet. */
  readonly committed: number | 'never' | null
  /** Where the log started, when nothing of the partition is counted yet. */
  readonly countedTo: number | null
  /** Log end minus counted to. */
  readonly lag: number | null
}

/** How far the processors are behind, for the topic's current id. */
export type Lag = {
  readonly group: string
  readonly topic: string
  readonly totalLag: number | null
  /** Null when Kafka could not tell which there are. */
  readonly partitions: readonly PartitionLag[] | null
  readonly findings: Conservation['findings']
}

/** What became of the events of one minute of receipt. */
export type MinuteCounts = {
  readonly minute: Date
  readonly stored: number
  readonly duplicate: number
  readonly dead: number
}

/** A count that equals `countedUpTo` means "that many or more". */
export type DeadLetterCounts = {
  readonly open: number
  /** Not on the dead-letter topic yet. */
  readonly unpublished: number
  readonly countedUpTo: number
}

/** A set of tables that follows events. */
export type ProjectionState = {
  readonly name: string
  /** It reads what was stored before it began, or follows what is stored. */
  readonly phase: 'history' | 'following'
  /** Records that are counted and that it has not passed; in history also events that it has not read. */
  readonly behind: number
  readonly applied: number
  /** Events of its types that are not as it declares them. */
  readonly unfit: number
  /** The last of these, and what is wrong with it. */
  readonly unfitWhy: string | null
  readonly pausedAt: Date | null
  readonly pausedWhy: string | null
  readonly movedAt: Date
}

export type Pipeline = {
  readonly lag: Lag
  readonly processor: Dependency
  /** The current minute and the five before it, newest first. */
  readonly perMinute: readonly MinuteCounts[] | null
  readonly deadLetters: DeadLetterCounts | null
  readonly projections: readonly ProjectionState[] | null
  readonly unmeasured: readonly Unmeasured[]
  readonly measuredAt: Date
}

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
  /** The record's bytes, all of them or the first part. */
  readonly original: Uint8Array
  /** How many bytes the whole record has. */
  readonly originalBytes: number
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

/** What became of one (tenant, idempotency key). */
export type Fate = {
  readonly tenantId: string
  readonly idempotencyKey: string
  readonly outcome: 'stored' | 'dead' | null
  readonly ledger: LedgerEntry | null
  readonly event: StoredEvent | null
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
