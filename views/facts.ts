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
  /** Whether a processor says that control has paused it. */
  readonly paused?: boolean
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

/** What became of the events of a span of time that begins `at`; null is not known. */
export type VolumePoint = {
  readonly at: Date
  readonly stored: number | null
  readonly dead: number | null
}

/** Of one tenant over the last 24 hours; at the door since ingest started, null when ingest does not tell. */
export type TenantCounts = {
  readonly tenantId: string
  readonly stored: number
  readonly duplicate: number
  readonly dead: number
  readonly limited: number | null
  readonly refused: number | null
}

/** What ingest counts at its door, since it started. */
export type Door = {
  readonly since: Date | null
  readonly accepted: number
  readonly duplicate: number
  /** Events over their tenant's quota. */
  readonly limited: number
  /** Refusals by code, most frequent first: of events, and of requests that came to no event. */
  readonly refusals: readonly { readonly code: string; readonly count: number }[]
}

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
  /** The last 60 whole minutes, and the last 96 quarters of an hour, oldest first. */
  readonly lastHour: readonly VolumePoint[] | null
  readonly lastDay: readonly VolumePoint[] | null
  /** The 20 with the most events. */
  readonly tenants: readonly TenantCounts[] | null
  readonly door: Door | null
  readonly deadLetters: DeadLetterCounts | null
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

/**
 * How a partition fares, as Burrow means it. `warning`: it is read, and falls behind all the same. `stopped`: nobody reads
 * it. `stalled`: somebody holds it, and it does not move. `unknown`: not measured, or not watched for long enough.
 */
export type Verdict = 'ok' | 'warning' | 'stopped' | 'stalled' | 'unknown'

/** What watching a partition for some minutes tells. */
export type PartitionWatch = {
  readonly partition: number
  readonly verdict: Verdict
  /** What the verdict rests on, one sentence. */
  readonly why: string
  /** Since the broker appended the oldest record that is not counted; 0 when there is none. */
  readonly ageMs: number | null
  /** Until it drains at the pace of the last minutes; null when it does not, or nobody knows. */
  readonly drainMs: number | null
  /** Until the oldest record that is not counted expires. */
  readonly expiresMs: number | null
  /** Who holds it, by client id and host. */
  readonly holder: string | null
  /** Lag over the last minutes, oldest first. */
  readonly history: readonly (number | null)[]
}

/** Records a second between the parts, over the last minute; null when there are not two measurements yet. */
export type Flow = {
  /** Accepted by ingest, and refused by it. */
  readonly accepted: number | null
  readonly refused: number | null
  /** Written to the log. */
  readonly written: number | null
  /** Counted in Postgres, and what they became. */
  readonly counted: number | null
  readonly stored: number | null
  readonly duplicate: number | null
  readonly dead: number | null
  /** How long the measurements go back. */
  readonly overMs: number | null
}

/** How a processor works, over the last minutes. */
export type Work = {
  readonly recordsPerBatch: number | null
  readonly batchesPerSecond: number | null
  /** From handing a batch to the store to its commit: half of them, and 95 of 100, took no longer. */
  readonly storeP50Ms: number | null
  readonly storeP95Ms: number | null
  /** Paused by control. */
  readonly paused: boolean
}

export type Member = {
  readonly clientId: string
  readonly host: string
  readonly partitions: readonly number[]
}

export type Group = { readonly state: string; readonly members: readonly Member[] }

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
  readonly ingest: Dependency
  readonly flow: Flow
  readonly watch: readonly PartitionWatch[]
  readonly group: Group | null
  /** How long Kafka keeps records of the topic. */
  readonly retentionMs: number | null
  readonly work: Work | null
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
  /** How many letters were looked at: the newest ones; when it equals `most`, older ones of the span are not counted. */
  readonly letters: number
  readonly most: number
}

/** A key that a request has to do with: it decided it, repeated what was decided, or came with another event's key. */
export type RequestKey = {
  readonly tenantId: string
  readonly idempotencyKey: string
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
