/** What a bench is: contenders that take turns, and what is measured of each. One file a bench in `benches/`. */
import type { Place } from './place.ts'

export type Metric = {
  /** Shown in tables and the key of its values in raw files: once in a bench. */
  readonly name: string
  readonly unit: string
  readonly better: 'lower' | 'higher'
}

/** Values of one run by the metric's name; a contender may leave out what it cannot tell. */
export type Sample = Readonly<Record<string, number>>

/** Of two contenders that ran one after the other, how many times what `to` came to `of` came to. */
export type Pair = { readonly metric: string; readonly of: string; readonly to: string }

export type Bench = {
  /** What is measured, and how: a paragraph of docs/benchmarks.md. */
  readonly about: string
  readonly metrics: readonly Metric[]
  readonly pairs: readonly Pair[]
  /** Brings up what is measured; all of it ends with the place. */
  open(place: Place, length: Length): Promise<Opened>
}

export type Length = { readonly quick: boolean }

export type Opened = {
  readonly contenders: readonly string[]
  /** What the figures depend on besides machine and versions. */
  readonly settings: Readonly<Record<string, string | number | boolean>>
  /** Of what was started, besides Node's and Bun's. */
  readonly versions: Readonly<Record<string, string>>
  /** Not counted. */
  warmUp(contender: string): Promise<void>
  run(contender: string): Promise<Sample>
}
