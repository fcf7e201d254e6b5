/**
 * What the console knows of the whole (pipeline-facts.ts and record-facts.ts have the rest): the shapes that the pages show
 * and the JSON API answers. `null` means "could not be measured" and is shown as the word unknown, never as 0. Instants are
 * `Date`s, ISO 8601 in JSON. `payload`, `extra` and `original` are JSON as text, so that no number changes on the way from
 * Postgres to the reader.
 */
import type { DeadLetterCounts } from './pipeline-facts.ts'

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
