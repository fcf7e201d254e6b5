import { reasonOf } from '../contracts/reason.ts'
import type { Paused } from './pausing.ts'
import type { ProjectionState } from './projections/progress.ts'

/** Whether the processor does its work, and if not, why: what `/ready` tells. */
export type Status = {
  /** The group gave these partitions; none is a state of its own, when others have them all. */
  assigned(partitions: readonly number[]): void
  /** The membership is over; undefined when it is well again. */
  fault(error: unknown): void
  waits(partition: number, reason: string | undefined): void
  /** Why a partition cannot be fetched; undefined when it can. */
  unfetched(partition: number, reason: string | undefined): void
  /** Control has stopped it; undefined when it works. */
  paused(paused: Paused | undefined): void
  /** What is known of the projections; undefined when it is not, and what was known before stands. */
  projections(states: readonly ProjectionState[] | undefined): void
  /** Why a projection stands still here though Postgres knows nothing of it, such as 'waits: …'; undefined when it goes on. */
  projectionFails(name: string, sentence: string | undefined): void
  read(): StatusBody
}

export type StatusBody = {
  /** Paused is as well as ready: somebody wanted it. */
  readonly status: 'ready' | 'paused' | 'not ready'
  readonly partitions: readonly number[]
  /** What stands still while events are stored. */
  readonly degraded: readonly string[]
  readonly reasons: readonly string[]
}

export function makeStatus(): Status {
  let partitions: readonly number[] = []
  let membership: string | undefined = notJoined
  const waiting = new Map<number, string>()
  const unfetched = new Map<number, string>()
  let pause: Paused | undefined
  let failed: readonly { name: string; why: string }[] = []
  const failing = new Map<string, string>()
  return {
    assigned(given) {
      partitions = given
    },
    fault(error) {
      membership = error === undefined ? undefined : `consumer: ${reasonOf(error)}`
      if (error !== undefined) partitions = []
    },
    waits(partition, reason) {
      if (reason === undefined) waiting.delete(partition)
      else waiting.set(partition, reason)
    },
    unfetched(partition, reason) {
      if (reason === undefined) unfetched.delete(partition)
      else unfetched.set(partition, reason)
    },
    paused(paused) {
      pause = paused
      partitions = []
      membership = notJoined
    },
    projections(states) {
      if (states === undefined) return
      failed = states.flatMap(({ name, pausedWhy: why }) => (why === null ? [] : [{ name, why }]))
    },
    projectionFails(name, sentence) {
      if (sentence === undefined) failing.delete(name)
      else failing.set(name, sentence)
    },
    read() {
      const names = new Set([...failed.map(({ name }) => name), ...failing.keys()])
      const degraded = [...names].map((name) => `projection ${name}`)
      const failures = [
        ...failed.map(({ name, why }) => `projection ${name} is paused: ${why}`),
        ...[...failing].map(([name, sentence]) => `projection ${name} ${sentence}`),
      ]
      if (pause !== undefined) {
        const why = pause.reason === undefined ? '' : `: ${pause.reason}`
        const reasons = [`paused by control${why}`, ...failures]
        return { status: 'paused', partitions, degraded, reasons }
      }
      const reasons = [
        ...(membership === undefined ? [] : [membership]),
        ...[...waiting].map(([partition, reason]) => `partition ${partition} waits: ${reason}`),
        ...[...unfetched].map(
          ([partition, reason]) => `partition ${partition} waits: fetch: ${reason}`,
        ),
      ]
      return {
        status: reasons.length === 0 ? 'ready' : 'not ready',
        ...{ partitions, degraded },
        reasons: [...reasons, ...failures],
      }
    },
  }
}

const notJoined = 'consumer: has not joined the group yet'
