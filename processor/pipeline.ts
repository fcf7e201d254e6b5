/**
 * The way of a partition's records, in the order in which things become true:
 *
 *   read -> decode -> keys, events, dead letters, counts and position in one transaction
 *        -> dead letters on their topic -> offset committed to Kafka
 *
 * Promises: every record is counted once, with one outcome, whatever dies between two steps. A step that fails because
 * the world is bad is tried until it succeeds or the partition is taken away; nothing is skipped.
 * Bounded by one batch: its dead letters are published before the next one is stored.
 */
import type { Log } from '../contracts/log.ts'
import { reasonOf } from '../contracts/reason.ts'
import { backoffMs, pause } from './backoff.ts'
import { decode, type IncomingRecord, type Judged } from './decode.ts'
import { failureOf } from './failure.ts'
import type { Progress } from './lag.ts'
import { beginCounting, countedTo, skipExpired, startingPoint } from './position.ts'
import type { Publisher } from './publish.ts'
import { type AssignedPartition, PositionLost } from './seat.ts'
import type { Outcomes, Sql } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Store } from './store.ts'
import type { Turns } from './turns.ts'

/** What is tried until it succeeds. */
export type Step = 'position' | 'store' | 'dead letters'

export type StoredBatch = Outcomes & {
  readonly records: number
  readonly bytes: number
  /** From the broker's append of the first record to the commit. */
  readonly ageMs: number
  /** From handing the batch to the store to its commit. */
  readonly ms: number
}

export type PipelineObserver = {
  /** A partition is worked on, until the returned function is called; `progress` may be asked at any time between. */
  works(partition: number, progress: () => Progress | undefined): () => void
  /** Why a partition waits; undefined when it goes on. */
  waits(partition: number, reason: string | undefined): void
  /** A step has failed, the first time in a row or again, and will be tried again. */
  failed(step: Step, again: boolean): void
  stored(batch: StoredBatch): void
}

export type PipelineDeps = {
  readonly sessions: Sessions
  readonly store: Store
  /** Judging a batch and storing it. */
  readonly turns: Turns
  readonly publisher: Publisher
  readonly observer: PipelineObserver
  readonly log: Log
  readonly now: () => number
}

export type PipelineConfig = {
  readonly batchRecords: number
  readonly batchBytes: number
  readonly ledgerDays: number
}

/** Works on one partition until it is taken away. */
export const runPartition = (
  partition: AssignedPartition,
  deps: PipelineDeps,
  config: PipelineConfig,
): Promise<void> => new PartitionRun(partition, deps, config).run()

class PartitionRun {
  readonly #partition: AssignedPartition
  readonly #deps: PipelineDeps
  readonly #config: PipelineConfig
  /** How far the partition is counted, as far as is known here; undefined before its position is known. */
  #countedTo: bigint | undefined
  /** The first record of the batch in work. */
  #oldest: IncomingRecord | undefined
  /** Whether dead letters may be stored that are not published yet. */
  #owesDeadLetters = true
  /** Whether `/ready` says that this partition waits. */
  #waits = false

  constructor(partition: AssignedPartition, deps: PipelineDeps, config: PipelineConfig) {
    this.#partition = partition
    this.#deps = deps
    this.#config = config
  }

  async run(): Promise<void> {
    const { partition } = this.#partition.id
    const endsWork = this.#deps.observer.works(partition, () => this.#progress())
    try {
      while (!this.#partition.signal.aborted) await this.#fromPosition()
    } catch (err) {
      if (!(err instanceof TakenAway)) throw err
    } finally {
      this.#goesOn()
      endsWork()
    }
  }

  #progress(): Progress | undefined {
    if (this.#countedTo === undefined) return undefined
    const { logEnd, oldest } = this.#partition.glance()
    return { countedTo: this.#countedTo, logEnd, oldest: this.#oldest ?? oldest }
  }

  /** Reads on from the counted position until the partition is taken away or the position has moved back. */
  async #fromPosition(): Promise<void> {
    try {
      await this.#untilDone('position', () => this.#begin())
      await this.#untilDone('dead letters', () => this.#publish())
      for (;;) {
        const { batchRecords, batchBytes } = this.#config
        const records = await this.#partition.read({ records: batchRecords, bytes: batchBytes })
        const last = records.at(-1)
        if (last === undefined) return
        this.#oldest = records[0]
        await this.#judgeAndStore(records)
        this.#oldest = undefined
        await this.#untilDone('dead letters', () => this.#publish())
        await this.#commit(last.offset + 1n)
      }
    } catch (err) {
      this.#oldest = undefined
      const { id } = this.#partition
      const { log } = this.#deps
      if (err instanceof PositionLost) log.error(id, 'the log has no such offset any more')
      else if (err instanceof MovedBack)
        log.error({ ...id, was: String(err.was) }, 'counted less than before: reading again')
      else throw err
    }
  }

  async #begin(): Promise<void> {
    const { id } = this.#partition
    const { sessions, log } = this.#deps
    const bounds = await this.#partition.bounds()
    const start = startingPoint(await this.#readCounted(), bounds)
    if (start.kind === 'beyond')
      throw new Error(
        `counted to ${start.countedTo}, but the log ends at ${bounds.end}: Kafka has lost records`,
      )
    if (start.kind === 'begin')
      await sessions.run('position', (sql) => beginCounting(sql, id, start.readFrom))
    if (start.kind === 'expired') {
      const lost = start.readFrom - start.countedTo
      const skip = (sql: Sql) => skipExpired(sql, id, start.countedTo, start.readFrom)
      if (!(await sessions.run('position', skip)))
        throw new Error('the partition was counted elsewhere meanwhile')
      log.error({ ...id, lost: String(lost) }, 'records expired unread')
    }
    this.#countedTo = start.kind === 'resume' ? start.countedTo : start.readFrom
    this.#partition.readFrom(start.readFrom)
    log.info({ ...id, start: start.kind, readFrom: String(start.readFrom) }, 'partition begins')
  }

  /** One try is one turn: a partition that waits for its next try keeps nobody waiting. */
  #judgeAndStore(records: readonly IncomingRecord[]): Promise<void> {
    const first = records[0] as IncomingRecord
    const end = (records.at(-1) as IncomingRecord).offset + 1n
    const judgeAndStore = () => {
      if (this.#partition.signal.aborted) throw new TakenAway()
      // Judged in each try: between two of them a partition holds no more than what it has read.
      return this.#store(this.#judge(records), end, first)
    }
    return this.#untilDone('store', () => this.#deps.turns.run(judgeAndStore))
  }

  #judge(records: readonly IncomingRecord[]): readonly Judged[] {
    const limits = { nowMs: this.#deps.now(), ledgerDays: this.#config.ledgerDays }
    return records.map((record) => decode(record, this.#partition.id, limits))
  }

  async #store(records: readonly Judged[], end: bigint, first: IncomingRecord): Promise<void> {
    const { id } = this.#partition
    const { store, observer, log, now } = this.#deps
    const from = this.#countedTo ?? 0n
    const until = end > from ? end : from
    const started = now()
    try {
      const outcomes = await store.write({ id, from, until, records })
      this.#countedTo = until
      // What was counted before and is stored again is in no count.
      if (outcomes.counts.dead > 0 || first.offset < from) this.#owesDeadLetters = true
      const size = { records: records.length, bytes: sizeOf(records) }
      const times = { ageMs: now() - first.timestampMs, ms: now() - started }
      observer.stored({ ...outcomes, ...size, ...times })
      const place = { ...id, from: String(from), until: String(until) }
      log.info({ ...place, ...size, ...outcomes.counts, ...times }, 'batch stored')
    } catch (err) {
      this.#owesDeadLetters = true // a lost answer may hide a commit
      if (failureOf(err) === 'moved') await this.#follow(from)
      throw err
    }
  }

  /**
   * The partition was counted by somebody else, or by a try of our own whose answer was lost: the next try starts from
   * there. Counted less than before means that Postgres went back (a restore, a failover): what lies between was read
   * and is gone from here, and has to be read again.
   */
  async #follow(from: bigint): Promise<void> {
    const now = await this.#readCounted()
    if (now === undefined || now < from) throw new MovedBack(from)
    this.#countedTo = now
  }

  #readCounted(): Promise<bigint | undefined> {
    return this.#deps.sessions.run('position', (sql) => countedTo(sql, this.#partition.id))
  }

  async #publish(): Promise<void> {
    if (!this.#owesDeadLetters) return
    await this.#deps.publisher.publish(this.#partition.id)
    this.#owesDeadLetters = false
  }

  /** A commit that fails costs a second reading, nothing else: Postgres knows what is counted. */
  async #commit(offset: bigint): Promise<void> {
    try {
      await this.#partition.commit(offset)
    } catch (err) {
      const { partition } = this.#partition.id
      this.#deps.log.warn({ err, partition, offset: String(offset) }, 'offset not committed')
    }
  }

  /** Takes back what this run said, and nothing that a later run of the partition may have said. */
  #goesOn(): void {
    if (this.#waits) this.#deps.observer.waits(this.#partition.id.partition, undefined)
    this.#waits = false
  }

  async #untilDone(step: Step, run: () => Promise<void>): Promise<void> {
    const { signal, id } = this.#partition
    for (let attempt = 1; ; attempt++) {
      try {
        await run()
        this.#goesOn()
        return
      } catch (err) {
        if (signal.aborted) throw new TakenAway()
        if (err instanceof MovedBack) throw err
        this.#deps.observer.failed(step, this.#waits)
        this.#waits = true
        this.#deps.observer.waits(id.partition, `${step}: ${reasonOf(err)}`)
        this.#deps.log.warn({ err, partition: id.partition, step, attempt }, 'partition waits')
        await pause(backoffMs(attempt, Math.random()), signal)
        if (signal.aborted) throw new TakenAway()
      }
    }
  }
}

const sizeOf = (records: readonly Judged[]): number =>
  records.reduce((bytes, { value }) => bytes + value.length, 0)

/** The partition belongs to somebody else now. */
class TakenAway extends Error {}

class MovedBack extends Error {
  readonly was: bigint
  constructor(was: bigint) {
    super(`counted to less than ${was}`)
    this.was = was
  }
}
