/**
 * Follows the events as they are stored. Those who watch the same share one question a second, and what is written for
 * its answer. Events are received before they are stored, and not in the same order: each question goes back some seconds,
 * and what was told is not told again. Who comes to it is first told all of the last seconds, so that nothing is between
 * their page and what follows: the page knows what it has.
 * Bounds: 20 different watches, 50 events a second of each, 1000 who watch.
 */
import type { StoredEvent } from '../views/record-facts.ts'
import type { SendEvent } from './event-stream.ts'
import { listedCharacters, newestEvents } from './list-events.ts'
import type { AskStore } from './outage.ts'
import type { Looked } from './search-back.ts'
import type { EventFilter } from './search-query.ts'
import type { Store } from './store.ts'
import { tellAll } from './tell-all.ts'

export type Tail = {
  /**
   * Sends `row`: new events, newest first; `partly`: those, or none, when time was up before all that may be new was looked
   * through; `alive` when there are none; `unknown` with the reason when nobody knows, until the returned function is
   * called. Undefined when too much is watched.
   */
  follow(filter: EventFilter, send: SendEvent): (() => void) | undefined
}

export type TailDeps = {
  readonly store: Pick<Store, 'eventsBetween' | 'eventsBack'>
  readonly askStore: AskStore
  /** What is sent of events. */
  readonly write: (events: readonly StoredEvent[], now: Date) => string
  readonly now: () => Date
  readonly sleep: (ms: number) => Promise<void>
}

const everyMs = 1000
/** So long ago the page of a newcomer was written at most, unless the network is slow. */
const beforeMs = 5000
/** An event that was received longer ago than this when it was stored is not seen. */
const backMs = 15_000
const aheadMs = 60_000
const mostAtOnce = 50
/** By one question: what is late is behind what was told. */
const mostRead = 4 * mostAtOnce
const mostWatches = 20
const mostListeners = 1000
const budgetMs = 100

export function makeTail(deps: TailDeps): Tail {
  const watches = new Map<string, Watch>()
  const listening = () => [...watches.values()].reduce((sum, { size }) => sum + size, 0)
  /** What ends it but a lack of listeners is a fault of ours: who follows next begins anew. */
  const run = (name: string, watch: Watch) =>
    watch
      .run()
      .catch(() => undefined)
      .finally(() => watches.delete(name))
  return {
    follow(filter, send) {
      const name = JSON.stringify(filter)
      const known = watches.get(name)
      if (known === undefined && watches.size >= mostWatches) return undefined
      if (listening() >= mostListeners) return undefined
      const watch = known ?? new Watch(deps, filter)
      watches.set(name, watch)
      watch.newcomers.add(send)
      if (known === undefined) void run(name, watch)
      return () => watch.leave(send)
    },
  }
}

class Watch {
  readonly newcomers = new Set<SendEvent>()
  readonly #listeners = new Set<SendEvent>()
  readonly #deps: TailDeps
  readonly #filter: EventFilter
  /** When those were received that were told, by id, as long as a question may bring them again. */
  readonly #told = new Map<string, number>()

  constructor(deps: TailDeps, filter: EventFilter) {
    this.#deps = deps
    this.#filter = filter
  }

  get size(): number {
    return this.newcomers.size + this.#listeners.size
  }

  leave(send: SendEvent): void {
    this.newcomers.delete(send)
    this.#listeners.delete(send)
  }

  async run(): Promise<void> {
    const since = this.#deps.now().getTime() - beforeMs
    while (this.size > 0) {
      await this.#deps.sleep(everyMs)
      if (this.size === 0) break
      const now = this.#deps.now()
      const answer = await this.#deps.askStore(() => this.#newest(now))
      if (!answer.ok) {
        tellAll(this.newcomers, 'unknown', answer.outage.why)
        tellAll(this.#listeners, 'unknown', answer.outage.why)
        continue
      }
      const { rows, lookedTo } = answer.value
      const isPartly = lookedTo !== null && rows.length < mostRead
      const tell = (who: Set<SendEvent>, events: readonly StoredEvent[], sinceMs: number) => {
        if (who.size === 0) return
        const sent = events.filter(({ processedAt }) => processedAt.getTime() > sinceMs)
        if (sent.length === 0 && !isPartly) tellAll(who, 'alive', '')
        else {
          const text = this.#deps.write(sent.slice(0, mostAtOnce), now)
          tellAll(who, isPartly ? 'partly' : 'row', text)
        }
      }
      tell(this.#listeners, this.#fresh(rows, now), since)
      tell(this.newcomers, rows, now.getTime() - everyMs - beforeMs)
      for (const send of this.newcomers) this.#listeners.add(send)
      this.newcomers.clear()
    }
  }

  #fresh(found: readonly StoredEvent[], now: Date): readonly StoredEvent[] {
    for (const [id, receivedMs] of this.#told)
      if (receivedMs < now.getTime() - backMs) this.#told.delete(id)
    const fresh = found.filter(({ id }) => !this.#told.has(id))
    for (const { id, receivedAt } of fresh) this.#told.set(id, receivedAt.getTime())
    return fresh
  }

  #newest(now: Date): Promise<Looked<StoredEvent>> {
    const span = {
      from: new Date(now.getTime() - backMs),
      to: new Date(now.getTime() + aheadMs),
      ...{ limit: mostRead, budgetMs },
    }
    return newestEvents(this.#deps.store, this.#filter, span, listedCharacters)
  }
}
