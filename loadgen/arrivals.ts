/**
 * When events arrive: a Poisson process whose rate changes from stage to stage (a step at a time), from a seeded
 * generator. Open loop: the schedule knows nothing of answers. Pure but for the position it keeps.
 */
export type Stage = {
  readonly seconds: number
  /** Mean arrivals a second. */
  readonly rps: number
}

export type Arrivals = {
  /** When the next one is due, in milliseconds from the start; Infinity after the last. */
  next(): number
  /** Moves on to the one after it. */
  advance(): void
}

export function makeArrivals(
  stages: readonly Stage[],
  maxEvents: number,
  random: () => number,
): Arrivals {
  let stage = 0
  let stageEndMs = (stages[0]?.seconds ?? 0) * 1000
  let atMs = 0
  let count = 0

  const advance = (): void => {
    // An exponential amount of expected arrivals, spent at each stage's own rate: exact across the steps.
    let share = -Math.log(1 - random())
    if (++count > maxEvents) stage = stages.length
    for (let at = stages[stage]; at !== undefined; at = stages[++stage]) {
      const perMs = at.rps / 1000
      const left = (stageEndMs - atMs) * perMs
      if (share < left) {
        atMs += share / perMs
        return
      }
      share -= left
      atMs = stageEndMs
      stageEndMs += (stages[stage + 1]?.seconds ?? 0) * 1000
    }
    atMs = Number.POSITIVE_INFINITY
  }
  advance()
  return { next: () => atMs, advance }
}

export const secondsOf = (stages: readonly Stage[]): number =>
  stages.reduce((sum, { seconds }) => sum + seconds, 0)
