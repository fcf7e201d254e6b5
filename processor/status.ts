import { reasonOf } from '../contracts/reason.ts'
import type { ProjectionState } from './projections/progress.ts'

/** Whether the processor does its work, and if not, why: what `/ready` tells. */
export type Status = {
  /** The group gave these partitions; none is a state of its own, when others have them all. */
  assigned(partitions: readonly number[]): void
  /** The membership is over; undefined when it is well again. */
  fault(error: unknown): void
  waits(partition: number, reason: string | undefined): void
  /** What is known of the projections; undefined when it is not, and what was known before stands. */
  projections(states: readonly ProjectionState[] | undefined): void
  read(): StatusBody
}

export type StatusBody = {
  readonly status: 'ready' | 'not ready'
  readonly partitions: readonly number[]
  /** What stands still while events are stored. */
  readonly degraded: readonly string[]
  readonly reasons: readonly string[]
}

export function makeStatus(): Status {
  let partitions: readonly number[] = []
  let membership: string | undefined = 'consumer: has not joined the group yet'
  const waiting = new Map<number, string>()
  let paused: readonly { name: string; why: string }[] = []
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
    projections(states) {
      if (states === undefined) return
      paused = states.flatMap(({ name, pausedWhy: why }) => (why === null ? [] : [{ name, why }]))
    },
    read() {
      const reasons = [
        ...(membership === undefined ? [] : [membership]),
        ...[...waiting].map(([partition, reason]) => `partition ${partition} waits: ${reason}`),
      ]
      return {
        status: reasons.length === 0 ? 'ready' : 'not ready',
        partitions,
        degraded: paused.map(({ name }) => `projection ${name}`),
        reasons: [
          ...reasons,
          ...paused.map(({ name, why }) => `projection ${name} is paused: ${why}`),
        ],
      }
    },
  }
}
