/** Medians, spreads and ratios of runs. Pure. */
import type { Sample } from './bench.ts'

/** Of an odd or even number of values; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  const [low, high] = [sorted[sorted.length % 2 === 0 ? half - 1 : half], sorted[half]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

export type Spread = { readonly median: number; readonly min: number; readonly max: number }

/** Undefined of no values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const middle = median(values)
  if (middle === undefined) return undefined
  return { median: middle, min: Math.min(...values), max: Math.max(...values) }
}

/** Undefined where a value is missing, or there is nothing to divide by. */
export function ratio(of: number | undefined, to: number | undefined): number | undefined {
  return of === undefined || to === undefined || to === 0 ? undefined : of / to
}

/** The values of one metric in the runs that have it. */
export function valuesOf(runs: readonly Sample[], metric: string): number[] {
  return runs.map((run) => run[metric]).filter((value) => value !== undefined)
}

export type Medians = Readonly<Record<string, Readonly<Record<string, number>>>>

/** By contender, then metric. */
export function mediansOf(contenders: Readonly<Record<string, readonly Sample[]>>): Medians {
  return Object.fromEntries(
    Object.entries(contenders).map(([contender, runs]) => [contender, mediansOfRuns(runs)]),
  )
}

function mediansOfRuns(runs: readonly Sample[]): Record<string, number> {
  const metrics = new Set(runs.flatMap((run) => Object.keys(run)))
  const entries = [...metrics].map((metric) => [metric, median(valuesOf(runs, metric))] as const)
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => entry[1] != null))
}

/**
 * The spread of the ratios within pairs: the n-th run of one by the n-th run of the other, which followed each other,
 * so that what slowed the machine for a while slowed both.
 */
export function pairedRatio(
  of: readonly Sample[],
  to: readonly Sample[],
  metric: string,
): Spread | undefined {
  const ratios = of.map((run, at) => ratio(run[metric], to[at]?.[metric]))
  return spreadOf(ratios.filter((value) => value !== undefined))
}
