/**
 * Content that many watch at once: measured and written once, then told to all of them, for as long as there is anybody.
 * Bound: `mostWatchers`.
 */
export type Live = {
  /** Tells `listener` every new content until the returned function is called; undefined when too many watch. */
  watch(listener: (content: string) => void): (() => void) | undefined
}

const mostWatchers = 1000

export function makeLive(render: () => Promise<string>, everyMs: number): Live {
  const listeners = new Set<(content: string) => void>()
  let running = false

  const run = async () => {
    while (listeners.size > 0) {
      await Bun.sleep(everyMs)
      if (listeners.size === 0) break
      const content = await render().catch(() => undefined)
      // Whoever hears nothing for long says so on the page.
      if (content !== undefined) for (const tell of listeners) tell(content)
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
