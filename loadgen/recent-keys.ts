/**
 * The latest accepted events, to be repeated or contradicted. Keeps the newest `size`; the oldest give way. In typed
 * arrays: as objects, each would live just long enough to cost the garbage collector the most.
 */
export type Known = { readonly number: number; readonly tenant: number; readonly kind: number }

export type RecentKeys = {
  add(known: Known): void
  /** It is not picked again. */
  forget(number: number): void
  /** Any of them; undefined while there is none. */
  pick(random: () => number): Known | undefined
}

export function makeRecentKeys(size: number): RecentKeys {
  const numbers = new Uint32Array(size)
  const tenants = new Uint8Array(size)
  const kinds = new Uint8Array(size)
  let next = 0
  let count = 0
  return {
    add({ number, tenant, kind }) {
      numbers[next] = number
      tenants[next] = tenant
      kinds[next] = kind
      if (next === count) count++
      next = (next + 1) % size
    },
    forget(number) {
      const at = numbers.subarray(0, count).indexOf(number)
      if (at < 0) return
      for (const each of [numbers, tenants, kinds]) each.copyWithin(at, at + 1, count)
      if (at < next) next--
      count--
    },
    pick(random) {
      if (count === 0) return undefined
      const at = Math.floor(random() * count)
      return { number: numbers[at] ?? 0, tenant: tenants[at] ?? 0, kind: kinds[at] ?? 0 }
    },
  }
}
