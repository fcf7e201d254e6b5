/**
 * Content that many watch at once: measured and written once, then told to all of them, for as long as there is anybody.
 * Bound: `mostWatchers`.
 */
import { tellAll } from './tell-all.ts'

export type Live = {
  /** Tells `listener` every new content until the returned function is called; undefined when too many watch. */
  watch(listener: (content: string) => void): (() => void) | undefined
}

export type LiveConfig = {
  readonly everyMs: number
  readonly sleep: (ms: number) => Promise<void>
}

export const mostWatchers = 1000

export function makeLive(render: () => Promise<string>, { everyMs, sleep }: LiveConfig): Live {
  const listeners = new Set<(content: string) => void>()
  let running = false

  const run = async () => {
    while (listeners.size > 0) {
      await sleep(everyMs)
      if (listeners.size === 0) break
      const content = await render().catch(() => undefined)
      // Whoever hears nothing for long says so on the page.
      if (content !== undefined) tellAll(listeners, content)
    }
    running = false
  }

  return {
    watch(listener) {
      if (listeners.size >= mostWatchers) return undefined
      listeners.add(listener)
      if (!running) {
        running = true
        void run()
      }
      return () => listeners.delete(listener)
    },
  }
}
