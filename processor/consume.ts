/**
 * The processor's seat in the consumer group, by pull: each assigned partition is handed to `work` as something to
 * read from and commit to, and taken away by its signal. Fetches only for partitions whose queue has room.
 * Any fault of the client or the broker ends the membership; every partition is given up, and after a pause a new
 * membership begins. What was read but not stored is read again.
 */
import type { Log } from '../contracts/log.ts'
import { backoffMs, pause } from './backoff.ts'
import { type FetchObserver, FetchRounds } from './fetch-rounds.ts'
import { type MembershipOptions, openMembership } from './membership.ts'
import { type AssignedPartition, Seat } from './seat.ts'

export type ConsumeObserver = FetchObserver & {
  assigned(partitions: readonly number[]): void
  /** The membership is over; undefined when a new one has joined. */
  fault(error: unknown): void
}

export type ConsumeOptions = MembershipOptions & {
  /** How long records gather between two fetches, in milliseconds. */
  readonly lingerMs: number
}

/** A membership that lasted this long was sound, and its end is no repetition of the fault before. */
const soundAfterMs = 30_000

/** Consumes until the signal is given; resolves when every partition's work has ended. */
export async function consume(
  options: ConsumeOptions,
  work: (partition: AssignedPartition) => Promise<void>,
  observer: ConsumeObserver,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let faults = 0
  while (!signal.aborted) {
    const began = performance.now()
    try {
      await holdMembership(options, work, signal, {
        ...observer,
        assigned(partitions) {
          observer.fault(undefined)
          observer.assigned(partitions)
          log.info({ partitions }, 'partitions assigned')
        },
        unfetched(partition, error) {
          observer.unfetched(partition, error)
          if (error === undefined) log.info({ partition }, 'partition is fetched again')
          else log.warn({ err: error, partition }, 'partition cannot be fetched')
        },
      })
    } catch (err) {
      // Joining is not yet success: one that fails at its first fetch, time after time, would rebalance everybody.
      faults = performance.now() - began > soundAfterMs ? 1 : faults + 1
      observer.fault(err)
      log.warn({ err, faults }, 'consumer group left: joining again')
      await pause(backoffMs(faults, Math.random()), signal)
    }
  }
}

async function holdMembership(
  options: ConsumeOptions,
  work: (partition: AssignedPartition) => Promise<void>,
  signal: AbortSignal,
  observer: ConsumeObserver,
): Promise<void> {
  const membership = await openMembership(options)
  const seats = new Map<number, Seat>()
  const works = new Set<Promise<void>>()
  const rounds = new FetchRounds(membership, seats, observer, options.lingerMs)
  let failWork: (err: unknown) => void = () => undefined
  const workFailed = new Promise<never>((_, reject) => {
    failWork = reject
  })
  workFailed.catch(() => undefined)

  let leaving = false
  const revoke = (seat: Seat) => {
    seat.revoke()
    seats.delete(seat.id.partition)
    if (seat.trouble !== undefined) observer.unfetched(seat.id.partition, undefined)
  }
  const reassign = (partitions: readonly number[]) => {
    // Until it is closed the client goes on as a member, and is given what others leave.
    if (leaving) return
    for (const [partition, seat] of [...seats]) if (!partitions.includes(partition)) revoke(seat)
    for (const partition of partitions) {
      if (seats.has(partition)) continue
      const id = { topic: options.topic, topicId: membership.topicId, partition }
      const seat = new Seat(id, membership, rounds.wake)
      seats.set(partition, seat)
      const working = work(seat).catch(failWork)
      works.add(working)
      void working.then(() => works.delete(working))
    }
    observer.assigned(partitions)
    rounds.wake()
  }

  const join = async () => {
    if (signal.aborted) return
    await membership.join(reassign)
    await rounds.run(signal)
  }
  const { aborted, forget } = whenAborted(signal)
  try {
    await Promise.race([aborted, membership.failed, workFailed, join()])
  } finally {
    forget()
    rounds.stop()
    leaving = true
    for (const seat of [...seats.values()]) revoke(seat)
    await Promise.allSettled(works)
    await membership.close()
  }
}

function whenAborted(signal: AbortSignal): { aborted: Promise<void>; forget(): void } {
  let listener = () => {}
  const aborted = new Promise<void>((resolve) => {
    listener = resolve
    signal.addEventListener('abort', listener, { once: true })
  })
  return { aborted, forget: () => signal.removeEventListener('abort', listener) }
}
