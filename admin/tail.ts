/**
 * Follows the events as they are stored. Those who watch the same share one question a second. Events are received before
 * they are stored, and not in the same order: each question goes back some seconds, and what was told is not told again.
 * Bounds: 20 different watches, 50 events a second of each.
 */
import type { StoredEvent } from '../views/record-facts.ts'
import { listedCharacters, newestEvents } from './list-events.ts'
import { ask } from './outage.ts'
import type { EventFilter } from './search-query.ts'
import type { Store } from './store.ts'

export type Tail = {
  /** Tells new events, newest first; none is a sign of life. Undefined when too much is watched. */
  follow(filter: EventFilter, listener: TailListener): (() => void) | undefined
}

export type TailListener = (events: readonly StoredEvent[], now: Date) => void

const everyMs = 1000
const backMs = 15_000
const aheadMs = 60_000
const mostAtOnce = 50
const mostWatches = 20
const budgetMs = 100

type Deps = { readonly store: Pick<Store, 'eventsBetween' | 'eventsBack'>; readonly now: () => Date }

export function makeTail(deps: Deps, config: { readonly storeDeadlineMs: number }): Tail {
  const watches = new Map<string, Watch>()
  return {
    follow(filter, listener) {
      const name = JSON.stringify(filter)
      const known = watches.get(name)
      if (known === undefined && watches.size >= mostWatches) return undefined
      const watch = known ?? new Watch(deps, config, filter)
      watches.set(name, watch)
      watch.listeners.add(listener)
      if (known === undefined) void watch.run().finally(() => watches.delete(name))
      return () => watch.listeners.delete(listener)
    },
  }
}

class Watch {
  readonly listeners = new Set<TailListener>()
  private readonly deps: Deps
  private readonly config: { readonly storeDeadlineMs: number }
  private readonly filter: EventFilter
  /** Ids of what was told, of the events that the next question may bring again. */
  private told = new Set<string>()

  constructor(deps: Deps, config: { readonly storeDeadlineMs: number }, filter: EventFilter) {
    this.deps = deps
    this.config = config
    this.filter = filter
  }

  async run(): Promise<void> {
    const since = this.deps.now()
    while (this.listeners.size > 0) {
      await Bun.sleep(everyMs)
      const now = this.deps.now()
      const answer = await ask('PostgreSQL', this.config.storeDeadlineMs, () => this.newest(now))
      if (!answer.ok) continue
      const fresh = answer.value.filter(
        ({ id, processedAt }) =>
          !this.told.has(id) && processedAt.getTime() > since.getTime() - everyMs,
      )
      this.told = new Set(answer.value.map(({ id }) => id))
      for (const tell of this.listeners) tell(fresh.slice(0, mostAtOnce), now)
    }
  }

  private async newest(now: Date): Promise<readonly StoredEvent[]> {
    const { rows } = await newestEvents(
      this.deps.store,
      this.filter,
      {
        from: new Date(now.getTime() - backMs),
        to: new Date(now.getTime() + aheadMs),
        limit: 4 * mostAtOnce,
        budgetMs,
      },
      listedCharacters,
    )
    return rows
  }
}
