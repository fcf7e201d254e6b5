/**
 * Decides what each arrival is: a new event, good or bad, a repeat of an accepted one, or another event under an
 * accepted one's key. From a seeded generator; pure but for the numbers it hands out.
 */
import type { Purpose } from './answers.ts'
import type { EventId } from './events.ts'
import type { RecentKeys } from './recent-keys.ts'

export type Rates = {
  /** Shares of all arrivals, from 0 to 1, together at most 1. */
  readonly duplicate: number
  readonly conflict: number
  readonly bad: number
}

export type Chosen = EventId & {
  readonly purpose: Purpose
  /** Position in the run's tenants. */
  readonly tenant: number
}

export function makeMix(
  rates: Rates,
  tenants: number,
  /** Kinds that are bad, by position. */
  badKinds: readonly number[],
  recent: Pick<RecentKeys, 'pick'>,
  random: () => number,
): () => Chosen {
  let numbers = 0
  const below = (bound: number) => Math.floor(random() * bound)
  const fresh = (kind: number): Chosen => ({
    purpose: 'fresh',
    number: numbers++,
    kind,
    revision: 0,
    tenant: below(tenants),
  })

  return () => {
    const share = random()
    if (share >= rates.duplicate + rates.conflict) {
      const isBad = share < rates.duplicate + rates.conflict + rates.bad
      return fresh(isBad ? (badKinds[below(badKinds.length)] ?? 0) : 0)
    }
    const known = recent.pick(random)
    // Nothing is accepted yet, so there is nothing to repeat.
    if (known === undefined) return fresh(0)
    return share < rates.duplicate
      ? { ...known, purpose: 'duplicate', revision: 0 }
      : { ...known, purpose: 'conflict', revision: 1 }
  }
}
