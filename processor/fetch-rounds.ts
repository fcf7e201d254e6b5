import { backoffMs, pause } from './backoff.ts'
import {
  type Fetched,
  isOutOfRange,
  type Membership,
  mayBeOfOnePartition,
  type Wanted,
} from './membership.ts'
import type { Seat } from './seat.ts'

export type FetchObserver = {
  /** Why a partition cannot be fetched, although others can; undefined when it can again. */
  unfetched(partition: number, error: unknown): void
  /** A fetch brought records of a partition; the oldest of them was appended so many seconds ago. */
  fetched(seconds: number): void
}

/** How often the end of a log is asked for that is not fetched, because its records are not worked off. */
const endEveryMs = 5000

/** A fetch that brought so much is followed by the next one at once: a backlog gathers nothing by waiting. */
const muchBytes = 512 * 1024

/**
 * How long to leave a broker alone after a fetch, in milliseconds: what comes meanwhile comes together, in fewer and
 * larger batches. Not after a fetch that found nothing: it has waited already, and the next record is to be stored at once.
 */
export const restAfter = (bytes: number, lingerMs: number): number =>
  bytes === 0 || bytes >= muchBytes ? 0 : lingerMs

/** Keeps one fetch under way to each broker that leads a partition with room, with a rest between two of them. */
export class FetchRounds {
  readonly #membership: Membership
  readonly #seats: ReadonlyMap<number, Seat>
  readonly #observer: FetchObserver
  readonly #lingerMs: number
  readonly #busy = new Set<number>()
  #measuring = false
  #stopped = false
  #woken = () => {}

  constructor(
    membership: Membership,
    seats: ReadonlyMap<number, Seat>,
    observer: FetchObserver,
    lingerMs: number,
  ) {
    this.#membership = membership
    this.#seats = seats
    this.#observer = observer
    this.#lingerMs = lingerMs
  }

  readonly wake = (): void => this.#woken()

  stop(): void {
    this.#stopped = true
    this.#woken()
  }

  /** Fetches until stopped; rejects with the first fetch that fails. */
  async run(signal: AbortSignal): Promise<void> {
    const measuring = setInterval(() => void this.#measureUnfetched(), endEveryMs)
    try {
      await this.#rounds(signal)
    } finally {
      clearInterval(measuring)
    }
  }

  async #rounds(signal: AbortSignal): Promise<void> {
    let failed: unknown
    while (!this.#stopped && !signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#woken = resolve
      })
      const hungry = [...this.#seats.values()].filter(
        (seat) => seat.nextFetch !== undefined && seat.queue.hasRoom && isDue(seat),
      )
      const leaders = await this.#membership.leaders(hungry.map((seat) => seat.id.partition))
      for (const [broker, partitions] of leaders) {
        if (this.#busy.has(broker)) continue
        this.#busy.add(broker)
        this.#fetch(broker, this.#together(partitions))
          .then((bytes) => pause(restAfter(bytes, this.#lingerMs), signal))
          .catch((err) => {
            failed ??= err
          })
          .finally(() => {
            this.#busy.delete(broker)
            this.#woken()
          })
      }
      await woken
      if (failed !== undefined) throw failed
    }
  }

  /** What is troubled is tried alone, so that it holds up nobody; the others together. */
  #together(partitions: readonly number[]): readonly number[] {
    const troubled = partitions.find((each) => this.#seats.get(each)?.trouble !== undefined)
    return troubled === undefined ? partitions : [troubled]
  }

  /**
   * Resolves with the bytes that it brought. When it fails for what may be one partition's fault, each is tried alone:
   * one that Kafka cannot give, or whose records nobody can read, waits by itself. Rejects with any other failure.
   */
  async #fetch(broker: number, partitions: readonly number[]): Promise<number> {
    const wanted = partitions.flatMap((partition) => {
      const offset = this.#seats.get(partition)?.nextFetch
      return offset === undefined ? [] : [{ partition, offset }]
    })
    try {
      return this.#take(wanted, await this.#membership.fetch(broker, wanted))
    } catch (err) {
      if (this.#stopped || !mayBeOfOnePartition(err)) throw err
      const [only] = wanted
      if (wanted.length > 1) return this.#fetchEach(broker, wanted)
      if (only !== undefined) this.#leaveOut(only.partition, err)
      return 0
    }
  }

  async #fetchEach(broker: number, wanted: readonly Wanted[]): Promise<number> {
    let bytes = 0
    for (const each of wanted) bytes += await this.#fetch(broker, [each.partition])
    return bytes
  }

  /** Gives what was fetched to its seats, and tells how many bytes that are. */
  #take(wanted: readonly Wanted[], fetched: readonly Fetched[]): number {
    let bytes = 0
    for (const { partition, records, next, logEnd } of fetched) {
      const seat = this.#seats.get(partition)
      const asked = wanted.find((each) => each.partition === partition)?.offset
      // The work may have gone elsewhere in the log meanwhile: what was asked before is not wanted now.
      if (seat === undefined || seat.nextFetch !== asked) continue
      seat.nextFetch = next
      seat.logEnd = logEnd
      if (seat.trouble !== undefined) this.#observer.unfetched(partition, undefined)
      seat.trouble = undefined
      bytes += seat.queue.push(records)
      const [oldest] = records
      if (oldest !== undefined) this.#observer.fetched((Date.now() - oldest.timestampMs) / 1000)
    }
    return bytes
  }

  #leaveOut(partition: number, error: unknown): void {
    const seat = this.#seats.get(partition)
    if (seat === undefined) return
    const times = (seat.trouble?.times ?? 0) + 1
    const trouble = { times, rests: true }
    seat.trouble = trouble
    setTimeout(
      () => {
        trouble.rests = false
        this.wake()
      },
      backoffMs(times, Math.random()),
    )
    this.#observer.unfetched(partition, error)
    if (isOutOfRange(error)) seat.losePosition()
  }

  /** A fetch tells the end of the log, and a partition without room is not fetched: it is asked for apart. */
  async #measureUnfetched(): Promise<void> {
    if (this.#measuring) return
    this.#measuring = true
    const full = [...this.#seats.values()].filter((seat) => !seat.queue.hasRoom)
    await Promise.all(
      full.map(async (seat) => {
        // Only a measure: what could not be asked is unknown, and the membership goes on.
        seat.logEnd = await this.#membership.end(seat.id.partition).catch(() => undefined)
      }),
    )
    this.#measuring = false
  }
}

const isDue = ({ trouble }: Seat): boolean => trouble === undefined || !trouble.rests
