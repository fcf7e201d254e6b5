/** Events a second by type, over the last whole seconds. Pure: told the time, in seconds of any clock that goes on. */

export const windowSeconds = 15

export type Rates = {
  add(label: string, count: number, nowSeconds: number): void
  /** A rate for every label that was ever added: one that has come to rest is 0, and does not vanish. */
  read(nowSeconds: number): ReadonlyMap<string, number>
}

export function makeRates(): Rates {
  const labels = new Set<string>()
  const seconds = new Map<number, Map<string, number>>()

  const forget = (now: number) => {
    for (const second of seconds.keys()) if (second < now - windowSeconds) seconds.delete(second)
  }

  return {
    add(label, count, nowSeconds) {
      const now = Math.floor(nowSeconds)
      labels.add(label)
      const counts = seconds.get(now) ?? new Map<string, number>()
      counts.set(label, (counts.get(label) ?? 0) + count)
      seconds.set(now, counts)
      forget(now)
    },
    read(nowSeconds) {
      const now = Math.floor(nowSeconds)
      forget(now)
      const sums = new Map([...labels].map((label) => [label, 0]))
      for (const [second, counts] of seconds) {
        if (second === now) continue // not over yet
        for (const [label, count] of counts) sums.set(label, (sums.get(label) ?? 0) + count)
      }
      return new Map([...sums].map(([label, sum]) => [label, sum / windowSeconds]))
    },
  }
}
