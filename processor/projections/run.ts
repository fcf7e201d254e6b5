/** The projections of a processor: every one that is declared follows events, and how far they are is told. */
import type { Log } from '../../contracts/log.ts'
import type { Sessions } from '../sessions.ts'
import type { Status } from '../status.ts'
import { declaredProjections } from './declared.ts'
import { followEvents } from './follow.ts'
import type { Nudge } from './nudge.ts'
import type { ProjectionMetrics } from './projection-metrics.ts'
import { watchProjections } from './watch.ts'

export type RunDeps = {
  /** Of the projections alone. */
  readonly sessions: Sessions
  /** For small questions now and again. */
  readonly keeping: Sessions
  readonly stored: Nudge
  readonly status: Pick<Status, 'projections'>
  readonly metrics: ProjectionMetrics
  readonly log: Log
}

/** Until the signal is given. Rejects when a declaration is none; every other failure is told, and tried again. */
export async function runProjections(
  { sessions, keeping, stored, status, metrics, log }: RunDeps,
  config: { readonly projections: boolean },
  signal: AbortSignal,
): Promise<void> {
  const all = config.projections ? await declaredProjections() : []
  const names = new Set(all.map(({ name }) => name))
  await Promise.all([
    followEvents(all, { sessions, stored, observer: metrics, log }, signal),
    watchProjections(
      keeping,
      names,
      (states) => {
        status.projections(states)
        metrics.states(states)
      },
      signal,
    ),
  ])
}
