import type { IncomingRecord } from './decode.ts'
import type { Membership } from './membership.ts'
import { type BatchBounds, PartitionQueue } from './partition-queue.ts'
import type { LogBounds, PartitionId } from './position.ts'

/** One partition, for as long as the group gives it to this processor. */
export type AssignedPartition = {
  readonly id: PartitionId
  /** Given when the partition is taken away. */
  readonly signal: AbortSignal
  /** What Kafka knows of the partition now. */
  bounds(): Promise<LogBounds>
  /** What is known of the log without asking. */
  glance(): LogGlance
  /** Sets where reading goes on; nothing is fetched before the first call. */
  readFrom(offset: bigint): void
  /** The next records in order, at least one; none once the partition is taken away. Throws PositionLost. */
  read(most: BatchBounds): Promise<readonly IncomingRecord[]>
  /** Tells the group that everything below the offset is done. */
  commit(offset: bigint): Promise<void>
}

/** A partition that could not be fetched, although others of its broker could. */
export type Trouble = {
  /** Failures in a row. */
  readonly times: number
  /** Until it is to be tried again. */
  rests: boolean
}

export type LogGlance = {
  /** Offset that the next record will get, as Kafka last told; undefined when it could not tell. */
  readonly logEnd: bigint | undefined
  /** The first record that waits to be read. */
  readonly oldest: IncomingRecord | undefined
}

/** Kafka has no record any more where reading was to go on. */
export class PositionLost extends Error {}

/** An assigned partition of one membership, with the queue between fetching and working. */
export class Seat implements AssignedPartition {
  readonly queue = new PartitionQueue()
  /** The next offset to fetch; undefined until the work has said where to begin. */
  nextFetch: bigint | undefined
  logEnd: bigint | undefined
  /** Undefined when the last fetch of this partition succeeded. */
  trouble: Trouble | undefined
  readonly #controller = new AbortController()
  #lost = new AbortController()
  readonly id: PartitionId
  readonly #membership: Membership
  readonly #wake: () => void

  constructor(id: PartitionId, membership: Membership, wake: () => void) {
    this.id = id
    this.#membership = membership
    this.#wake = wake
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  revoke(): void {
    this.#controller.abort()
  }

  /** The work has to find out anew where to read. */
  losePosition(): void {
    this.nextFetch = undefined
    this.queue.clear()
    this.#lost.abort()
  }

  async bounds(): Promise<LogBounds> {
    const bounds = await this.#membership.bounds(this.id.partition)
    this.logEnd = bounds.end
    return bounds
  }

  glance(): LogGlance {
    return { logEnd: this.logEnd, oldest: this.queue.oldest }
  }

  readFrom(offset: bigint): void {
    this.queue.clear()
    this.#lost = new AbortController()
    this.nextFetch = offset
    this.#wake()
  }

  async read(most: BatchBounds): Promise<readonly IncomingRecord[]> {
    const hadRoom = this.queue.hasRoom
    const ends = AbortSignal.any([this.signal, this.#lost.signal])
    const records = await this.queue.take(most, ends)
    if (records.length === 0 && !this.signal.aborted) throw new PositionLost()
    if (!hadRoom && this.queue.hasRoom) this.#wake()
    return records
  }

  commit(offset: bigint): Promise<void> {
    return this.#membership.commit(this.id.partition, offset)
  }
}
