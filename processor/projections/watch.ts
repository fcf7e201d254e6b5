/** Looks at how far the projections are, whichever processor runs them, or none. */
import { repeat } from '../repeat.ts'
import type { Sessions } from '../sessions.ts'
import { type ProjectionState, projectionStates } from './progress.ts'

const everyMs = 1000

/** Tells `report` every second, until the signal is given: the states, or undefined when they are not known. */
export const watchProjections = (
  sessions: Sessions,
  report: (states: readonly ProjectionState[] | undefined) => void,
  signal: AbortSignal,
): Promise<void> =>
  repeat(
    () =>
      sessions
        .run('measure', projectionStates)
        .catch(() => undefined)
        .then(report),
    everyMs,
    signal,
  )
