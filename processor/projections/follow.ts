/**
 * Runs every projection, each in a loop of its own, until the signal is given, over connections that the store does not
 * use. Several processors may do so at once: a projection stays with one of them, and goes to another when that one has
 * not moved it for two seconds.
 * Promises: a projection that fails stands still alone, and is tried again once a minute, and by each processor that
 * starts, so that a repair needs no hand.
 * Bounded by one step of each projection at a time; where nothing of its types is stored, by four looks and one move of
 * its markers a second.
 */
import type { Log } from '../../contracts/log.ts'
import { backoffMs, pause } from '../backoff.ts'
import type { Sessions } from '../sessions.ts'
import type { Projection } from './declare.ts'
import { type Fault, faultOf, faultSentence } from './fault.ts'
import { type Instance, liveInstance } from './instance.ts'
import type { Listener, Nudge } from './nudge.ts'
import { beginProjection, notePaused, noteTypes } from './progress.ts'
import { type Intent, type Step, stepOnce } from './step.ts'

export type StepMoved = Extract<Step, { is: 'moved' }>

export type ProjectionObserver = {
  moved(projection: string, step: StepMoved, seconds: number): void
  failed(projection: string, fault: Fault): void
  /** Why a projection waits though it is not to blame, once it has waited for some time; undefined when it goes on. */
  waits(projection: string, reason: string | undefined): void
}

export type FollowDeps = {
  readonly sessions: Sessions
  /** Told what this processor has stored. */
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
/** Between two steps that read nothing and only note what was passed. Less than others stay away from it. */
const bareMoveMs = 1000
/** Failures of the world in a row that are nobody's business yet. */
const hiccups = 2

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
  #movedAt = Number.NEGATIVE_INFINITY

  constructor(instance: Instance, deps: FollowDeps, signal: AbortSignal) {
    this.#instance = instance
    this.#deps = deps
    this.#signal = signal
    this.#untilStored = deps.stored.listen(Object.keys(instance.projection.events))
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        const step = await this.#step()
        this.#goesOn()
        if (step.is !== 'moved') await this.#untilStored(lookEveryMs, this.#signal)
        else if (isSmall(step)) await pause(restMs, this.#signal)
      } catch (err) {
        if (!this.#signal.aborted) await this.#failed(err)
      }
    }
  }

  async #step(): Promise<Step> {
    const { name, projection } = this.#instance
    const { sessions, observer } = this.#deps
    const began = performance.now()
    const leaves = ({ isElsewhere, reads }: Intent) =>
      isElsewhere || (!reads && began - this.#movedAt < bareMoveMs)
    const step = await sessions.run('projection', async (sql) => {
      if (!this.#begun) {
        await beginProjection(sql, name)
        await noteTypes(sql, name, Object.keys(projection.events))
      }
      return await stepOnce(sql, this.#instance, leaves)
    })
    this.#begun = step.is !== 'unknown'
    if (step.is !== 'moved') return step
    this.#movedAt = performance.now()
    observer.moved(name, step, (this.#movedAt - began) / 1000)
    return step
  }

  #goesOn(): void {
    if (this.#failures > hiccups) this.#deps.observer.waits(this.#instance.name, undefined)
    this.#failures = 0
  }

  async #failed(err: unknown): Promise<void> {
    const { name } = this.#instance
    const { sessions, observer, log } = this.#deps
    const fault = faultOf(err)
    observer.failed(name, fault)
    if (fault === 'world') {
      log.warn({ err, projection: name }, 'projection waits')
      if (this.#failures >= hiccups) observer.waits(name, faultSentence(err))
      await pause(backoffMs(++this.#failures, Math.random()), this.#signal)
      return
    }
    const why = faultSentence(err)
    this.#goesOn()
    log.error({ err, projection: name }, 'projection paused: it is tried again in a minute')
    await sessions
      .run('projection', (sql) => notePaused(sql, name, why))
      .catch((error: unknown) => log.warn({ err: error, projection: name }, 'pause not noted'))
    await pause(pausedMs, this.#signal)
  }
}

const isSmall = ({ phase, applied, unfit }: StepMoved): boolean =>
  phase === 'following' && applied + unfit < smallStep
