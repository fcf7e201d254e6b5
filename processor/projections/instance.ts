import type { Projection } from './declare.ts'

/** Which tables a run of a projection changes, and whose markers it moves: its own, or those of a rebuild. */
export type Instance = {
  readonly projection: Projection
  /** Of its row in `projection_states`. */
  readonly name: string
  /** Where its tables are. */
  readonly schema: string
  /** The process that runs it. */
  readonly runner: string
}

export const liveInstance = (projection: Projection, runner: string): Instance => ({
  ...{ projection, runner },
  name: projection.name,
  schema: 'projections',
})
