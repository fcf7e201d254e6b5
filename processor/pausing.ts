/**
 * Whether processors work, as control says: paused, a processor leaves the group and stores nothing, and its partitions
 * stay as far as they are counted. What control says is not known at first; once it was heard of, or could not be,
 * work begins.
 */
import { pipelineId } from '../contracts/control.ts'
import { entityIn } from '../contracts/control-state.ts'
import type { ControlFeed } from './follow-control.ts'

export type Paused = { readonly reason: string | undefined }

export type Pausing = {
  readonly feed: ControlFeed
  /** Runs `work` whenever it is not paused, with a signal that is given when it is; resolves when `signal` is given. */
  between(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>
}

/** `told` hears of each change. */
export function makePausing(told: (paused: Paused | undefined) => void): Pausing {
  let paused: Paused | undefined
  let isKnown = false
  let changed = Promise.withResolvers<void>()
  let working: AbortController | undefined

  const become = (next: Paused | undefined) => {
    const differs =
      paused?.reason !== next?.reason || (paused === undefined) !== (next === undefined)
    if (isKnown && !differs) return
    isKnown = true
    paused = next
    if (differs) told(next)
    if (next !== undefined) working?.abort()
    changed.resolve()
    changed = Promise.withResolvers()
  }

  return {
    feed: {
      known(state) {
        const pipeline = entityIn(state, 'pipeline', pipelineId)
        become(pipeline?.paused ? { reason: pipeline.reason } : undefined)
      },
      unknown: () => become(paused),
    },

    async between(work, signal) {
      const stopped = new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => resolve(), { once: true }),
      )
      while (!signal.aborted) {
        if (!isKnown || paused !== undefined) await Promise.race([changed.promise, stopped])
        else {
          working = new AbortController()
          await work(AbortSignal.any([signal, working.signal]))
        }
      }
    },
  }
}
