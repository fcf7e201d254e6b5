/** The latest accepted events, to be repeated or contradicted. Keeps the newest `size`; the oldest give way. */
export type Known = { readonly number: number; readonly tenant: number; readonly kind: number }

export type RecentKeys = {
  add(known: Known): void
  /** It is not picked again. */
  forget(number: number): void
  /** Any of them; undefined while there is none. */
  pick(random: () => number): Known | undefined
}

export function makeRecentKeys(size: number): RecentKeys {
  const ring: Known[] = []
  let next = 0
  return {
    add(known) {
      ring[next] = known
      next = (next + 1) % size
    },
    forget(number) {
      const at = ring.findIndex((known) => known.number === number)
      if (at < 0) return
      ring.splice(at, 1)
      if (at < next) next--
    },
    pick: (random) => ring[Math.floor(random() * ring.length)],
  }
}
