/**
 * Rebuilds a projection beside the live one: empty tables, all of history, then what came since; when little is left the
 * live projection is held for a moment, the rest is applied, and the tables change places. Readers see the old tables
 * until that instant, and nothing that they saw is gone afterwards.
 */
import { setTimeout as pauseFor } from 'node:timers/promises'
import type { Sessions } from '../../sessions.ts'
import type { Projection } from '../declare.ts'
import type { Instance } from '../instance.ts'
import { projectionStates } from '../progress.ts'
import { stepOnce } from '../step.ts'
import { whatIsMissing } from './history.ts'
import {
  dropShadow,
  hasReached,
  makeShadow,
  shadowInstance,
  takeTheirPlace,
  whyNoShadow,
} from './shadow.ts'

export type Rebuilt =
  | { readonly is: 'refused'; readonly why: string }
  | {
      readonly is: 'rebuilt'
      readonly events: number
      readonly unfit: number
      readonly lockedMs: number
    }

export type RebuildDeps = {
  /** Two sessions at least, of somebody who owns the tables. */
  readonly sessions: Sessions
  readonly progress: (applied: number, behind: number) => void
  /** Ends it as a failure does, between two steps. */
  readonly signal: AbortSignal
}

/** Records behind which the live projection may be held while they are applied. */
const littleLeft = 2000
const swapTries = 60

/** Rejects when it fails; then the live tables are as they were, and what was begun is gone. */
export async function rebuild(projection: Projection, deps: RebuildDeps): Promise<Rebuilt> {
  const { sessions } = deps
  const shadow = shadowInstance(projection)
  const cannot =
    (await sessions.run('projection', (sql) => whyNoShadow(sql, shadow))) ??
    (await sessions.run('projection', whatIsMissing))
  if (cannot !== undefined) return { is: 'refused', why: cannot }
  await sessions.run('projection', (sql) => makeShadow(sql, shadow))
  try {
    const fell = await catchUp(shadow, deps)
    if (fell !== undefined) {
      await sessions.run('projection', (sql) => dropShadow(sql, shadow))
      return { is: 'refused', why: fell }
    }
    const lockedMs = await swap(shadow, deps)
    const { applied, unfit } = await stateOf(projection.name, sessions)
    return { is: 'rebuilt', events: applied, unfit, lockedMs }
  } catch (err) {
    await sessions.run('projection', (sql) => dropShadow(sql, shadow)).catch(() => undefined)
    throw err
  }
}

/** Resolves when little is left, or with why it came to nothing. */
async function catchUp(shadow: Instance, deps: RebuildDeps): Promise<string | undefined> {
  for (;;) {
    deps.signal.throwIfAborted()
    const step = await deps.sessions.run('projection', (sql) => stepOnce(sql, shadow))
    const { phase, behind, applied, history, read } = await stateOf(shadow.name, deps.sessions)
    deps.progress(applied, behind)
    if (phase === 'history') continue
    if (read < history)
      return `history was dropped while it was read: ${history} events were stored, ${read} were there`
    if (step.is !== 'moved' || behind <= littleLeft) return undefined
  }
}

/** Resolves with how long the live projection stood still. */
async function swap(shadow: Instance, { sessions, signal }: RebuildDeps): Promise<number> {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted()
    try {
      return await sessions.run('projection', (sql) =>
        sql.begin(async (tx) => {
          // Whoever reads a table for long delays the swap, and nobody waits behind it for more than this.
          await tx`set local lock_timeout = '500ms'`
          await tx`set local idle_in_transaction_session_timeout = '30s'`
          await tx`select from projection_states where name = ${shadow.projection.name} for no key update`
          const began = performance.now()
          while (!(await hasReached(tx, shadow))) {
            const step = await sessions.run('projection', (other) => stepOnce(other, shadow))
            if (step.is === 'unknown') throw new Error(`the row of ${shadow.name} is gone`)
          }
          await tx`select from projection_states where name = ${shadow.name} for no key update`
          await takeTheirPlace(tx, shadow)
          return performance.now() - began
        }),
      )
    } catch (err) {
      const locked = (err as { code?: unknown }).code === '55P03'
      if (!locked || tries === swapTries) throw err
      await pauseFor(500)
    }
  }
}

async function stateOf(name: string, sessions: Sessions) {
  const states = await sessions.run('projection', projectionStates)
  const found = states.find((state) => state.name === name)
  if (found === undefined) throw new Error(`the row of ${name} in projection_states is gone`)
  return found
}
