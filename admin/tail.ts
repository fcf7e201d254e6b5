/**
 * Follows the events as they are stored. Those who watch the same share one question a second, and what is written for
 * its answer. Events are received before they are stored, and not in the same order: each question goes back some seconds,
 * and what was told is not told again.
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
  const listening = () =>
    [...watches.values()].reduce((sum, { listeners }) => sum + listeners.size, 0)
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
      watch.listeners.add(send)
      if (known === undefined) void run(name, watch)
      return () => watch.listeners.delete(send)
    },
  }
}

class Watch {
  readonly listeners = new Set<SendEvent>()
  readonly #deps: TailDeps
  readonly #filter: EventFilter
  /** When those were received that were told, by id, as long as a question may bring them again. */
  readonly #told = new Map<string, number>()

  constructor(deps: TailDeps, filter: EventFilter) {
    this.#deps = deps
    this.#filter = filter
  }

  async run(): Promise<void> {
    const since = this.#deps.now().getTime() - everyMs
    while (this.listeners.size > 0) {
      await this.#deps.sleep(everyMs)
      const now = this.#deps.now()
      const answer = await this.#deps.askStore(() => this.#newest(now))
      if (!answer.ok) {
        tellAll(this.listeners, 'unknown', answer.outage.why)
        continue
      }
      const { rows, lookedTo } = answer.value
      const fresh = this.#fresh(rows, now).filter(
        ({ processedAt }) => processedAt.getTime() > since,
      )
      const isPartly = lookedTo !== null && rows.length < mostRead
      const sent = fresh.slice(0, mostAtOnce)
      if (isPartly || sent.length > 0)
        tellAll(this.listeners, isPartly ? 'partly' : 'row', this.#deps.write(sent, now))
      else tellAll(this.listeners, 'alive', '')
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
