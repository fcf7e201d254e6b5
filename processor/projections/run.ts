/** The projections of a processor: every one that is declared follows events, and how far they are is told. */
import type { Log } from '../../contracts/log.ts'
import type { Sessions } from '../sessions.ts'
import type { Status } from '../status.ts'
import { type Declarations, readDeclarations } from './declared.ts'
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
  readonly status: Pick<Status, 'projections' | 'projectionFails'>
  readonly metrics: ProjectionMetrics
  readonly log: Log
}

const none: Declarations = { projections: [], broken: [] }

/**
 * Until the signal is given. A declaration that is broken is told, and the others run. How far projections are is told
 * also where none runs: others may, or nobody.
 */
export async function runProjections(
  { sessions, keeping, stored, status, metrics, log }: RunDeps,
  config: { readonly projections: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { projections, broken } = config.projections ? await readDeclarations() : none
  for (const { name, why } of broken) {
    log.error({ projection: name, why }, 'projection cannot run: its declaration is broken')
    status.projectionFails(name, `cannot run: ${why}`)
  }
  metrics.broken(broken.map(({ name }) => name))
  const observer = {
    ...metrics,
    waits: (name: string, reason: string | undefined) =>
      status.projectionFails(name, reason && `waits: ${reason}`),
  }
  await Promise.all([
    followEvents(projections, { sessions, stored, observer, log }, signal),
    watchProjections(
      keeping,
      (states) => {
        status.projections(states)
        metrics.states(states)
      },
      signal,
    ),
  ])
}
