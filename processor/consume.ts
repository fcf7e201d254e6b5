/**
 * The processor's seat in the consumer group, by pull: each assigned partition is handed to `work` as something to
 * read from and commit to, and taken away by its signal. Fetches only for partitions whose queue has room.
 * Any fault of the client or the broker ends the membership; every partition is given up, and after a pause a new
 * membership begins. What was read but not stored is read again.
 */
import type { Log } from '../contracts/log.ts'
import { backoffMs, pause } from './backoff.ts'
import { FetchRounds, type LagObserver } from './fetch-rounds.ts'
import { type MembershipOptions, openMembership } from './membership.ts'
import { type AssignedPartition, Seat } from './seat.ts'

export type ConsumeObserver = LagObserver & {
  assigned(partitions: readonly number[]): void
  /** The membership is over; undefined when a new one has joined. */
  fault(error: unknown): void
}

/** Consumes until the signal is given; resolves when every partition's work has ended. */
export async function consume(
  options: MembershipOptions,
  work: (partition: AssignedPartition) => Promise<void>,
  observer: ConsumeObserver,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let faults = 0
  while (!signal.aborted) {
    try {
      await holdMembership(options, work, signal, {
        ...observer,
        assigned(partitions) {
          faults = 0
          observer.fault(undefined)
          observer.assigned(partitions)
          log.info({ partitions }, 'partitions assigned')
        },
      })
    } catch (err) {
      faults++
      observer.fault(err)
      log.warn({ err, faults }, 'consumer group left: joining again')
      await pause(backoffMs(faults, Math.random()), signal)
    }
  }
}

async function holdMembership(
  options: MembershipOptions,
  work: (partition: AssignedPartition) => Promise<void>,
  signal: AbortSignal,
  observer: ConsumeObserver,
): Promise<void> {
  const membership = await openMembership(options)
  const seats = new Map<number, Seat>()
  const ended: Promise<void>[] = []
  const rounds = new FetchRounds(membership, seats, observer)
  let failWork: (err: unknown) => void = () => undefined
  const workFailed = new Promise<never>((_, reject) => {
    failWork = reject
  })
  workFailed.catch(() => undefined)

  const reassign = (partitions: readonly number[]) => {
    for (const [partition, seat] of seats)
      if (!partitions.includes(partition)) {
        seat.take()
        seats.delete(partition)
      }
    for (const partition of partitions) {
      if (seats.has(partition)) continue
      const id = { topic: options.topic, topicId: membership.topicId, partition }
      const seat = new Seat(id, membership, rounds.wake)
      seats.set(partition, seat)
      ended.push(work(seat).catch(failWork))
    }
    observer.assigned(partitions)
    rounds.wake()
  }

  const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  try {
    await Promise.race([
      over,
      membership.failed,
      workFailed,
      membership.join(reassign).then(() => rounds.run(signal)),
    ])
  } finally {
    rounds.stop()
    for (const seat of seats.values()) seat.take()
    await Promise.allSettled(ended)
    await membership.close()
  }
}
