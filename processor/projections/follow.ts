/**
 * Runs every projection, each in a loop of its own, until the signal is given. Several processors may do so at once: a
 * projection stays with one of them, and goes to another when that one has not moved it for two seconds. A projection that fails pauses itself, and nothing else: it is tried again
 * once a minute, and by each processor that starts, so that a fix needs no hand. Connections of their own keep
 * them from the store's.
 */
import type { Log } from '../../contracts/log.ts'
import { backoffMs, pause } from '../backoff.ts'
import type { Sessions } from '../sessions.ts'
import type { Projection } from './declare.ts'
import { faultOf, faultSentence } from './fault.ts'
import type { Listener, Nudge } from './nudge.ts'
import { beginProjection, isDue, notePaused, noteTypes } from './progress.ts'
import { type Instance, liveInstance, type Step, stepOnce } from './step.ts'

export type StepMoved = Extract<Step, { is: 'moved' }>

export type ProjectionObserver = {
  moved(projection: string, step: StepMoved, seconds: number): void
  failed(projection: string, fault: 'projection' | 'world'): void
}

export type FollowDeps = {
  readonly sessions: Sessions
  /** Told when this processor has stored something. */
  readonly stored: Pick<Nudge, 'listen'>
  readonly observer: ProjectionObserver
  readonly log: Log
}

/** How often it is asked whether another processor has stored something. */
const lookEveryMs = 250
const pausedMs = 60_000
/** After a small step: what is stored meanwhile is applied together, for the price of one. */
const restMs = 40
const smallStep = 500

export async function followEvents(
  projections: readonly Projection[],
  deps: FollowDeps,
  signal: AbortSignal,
): Promise<void> {
  const runner = crypto.randomUUID()
  const follow = (each: Projection) => new Follower(liveInstance(each, runner), deps, signal).run()
  await Promise.all(projections.map(follow))
}

class Follower {
  readonly #instance: Instance
  readonly #deps: FollowDeps
  readonly #signal: AbortSignal
  readonly #untilStored: Listener
  #begun = false
  /** Failures of the world in a row. */
  #failures = 0

  constructor(instance: Instance, deps: FollowDeps, signal: AbortSignal) {
    this.#instance = instance
    this.#deps = deps
    this.#signal = signal
    this.#untilStored = deps.stored.listen()
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        const step = await this.#step()
        this.#failures = 0
        if (step.is !== 'moved') await this.#untilStored(lookEveryMs, this.#signal)
        else if (isSmall(step)) await pause(restMs, this.#signal)
      } catch (err) {
        if (!this.#signal.aborted) await this.#failed(err)
      }
    }
  }

  async #step(): Promise<Step> {
    const { name, runner, projection } = this.#instance
    const { sessions, observer } = this.#deps
    const began = performance.now()
    const step = await sessions.run('projection', async (sql): Promise<Step> => {
      if (!this.#begun) {
        await beginProjection(sql, name)
        await noteTypes(sql, name, Object.keys(projection.events))
      }
      this.#begun = true
      return (await isDue(sql, name, runner)) ? stepOnce(sql, this.#instance) : { is: 'idle' }
    })
    if (step.is !== 'moved') return step
    observer.moved(name, step, (performance.now() - began) / 1000)
    return step
  }

  async #failed(err: unknown): Promise<void> {
    const { name } = this.#instance
    const { sessions, observer, log } = this.#deps
    const fault = faultOf(err)
    observer.failed(name, fault)
    if (fault === 'world') {
      log.warn({ err, projection: name }, 'projection waits')
      await pause(backoffMs(++this.#failures, Math.random()), this.#signal)
      return
    }
    const why = faultSentence(err)
    log.error({ err, projection: name }, 'projection paused: it is tried again in a minute')
    await sessions
      .run('projection', (sql) => notePaused(sql, name, why))
      .catch((error: unknown) => log.warn({ err: error, projection: name }, 'pause not noted'))
    await pause(pausedMs, this.#signal)
  }
}

const isSmall = ({ phase, applied, unfit }: StepMoved): boolean =>
  phase === 'following' && applied + unfit < smallStep
