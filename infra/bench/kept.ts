/** Raw results: docs/bench/NAME.json, one a bench, every value of every counted run in it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bundle.ts'
import type { Metric, Pair } from './bench.ts'
import type { Machine } from './machine.ts'
import { type Medians, mediansOf } from './statistics.ts'
import type { Samples } from './turns.ts'

export type Result = {
  readonly format: 1
  readonly bench: string
  readonly about: string
  readonly command: string
  readonly startedAt: string
  /** Of all of it, from nothing to the last run. */
  readonly seconds: number
  readonly commit: string | undefined
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, string | number | boolean>>
  readonly metrics: readonly Metric[]
  readonly pairs: readonly Pair[]
  readonly contenders: Samples
  /** The run that was kept before this one. */
  readonly before: Before | undefined
}

export type Before = {
  readonly startedAt: string
  readonly commit: string | undefined
  readonly medians: Medians
}

const folder = join(root, 'docs', 'bench')
const fileOf = (bench: string) => join(folder, `${bench}.json`)

/** Undefined when none is kept. */
export function readKept(bench: string): Result | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(bench), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** In the order of their names. */
export function readAllKept(): Result[] {
  mkdirSync(folder, { recursive: true })
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
}

export function keep(result: Result): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(result.bench), `${JSON.stringify(result, rounded, 2)}\n`)
}

/** More digits than any measurement has. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value

/** What a later run is compared with. */
export const beforeOf = ({ startedAt, commit, contenders }: Result): Before => ({
  startedAt,
  commit,
  medians: mediansOf(contenders),
})
