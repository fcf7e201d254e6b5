/** What the Pipeline page knows; facts.ts says how such shapes are to be read. */
import type { Conservation, Dependency, Unmeasured } from './facts.ts'

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
