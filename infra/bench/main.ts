/** `bun run bench NAME`: measures, prints the table, and keeps what was measured unless it was quick. */
import { readdirSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { reportFailure } from '../bootstrap/step.mjs'
import { root } from '../bundle.ts'
import type { Bench } from './bench.ts'
import { commandOf, type Flags, helpText, readFlags } from './flags.ts'
import { beforeOf, keep, type Result, readAllKept, readKept } from './kept.ts'
import { commitOfClone, describeMachine, runtimeVersions } from './machine.ts'
import { openPlace, type Place } from './place.ts'
import { page, section } from './report.ts'
import { takeTurns } from './turns.ts'

const benchesFolder = join(import.meta.dirname, 'benches')
const names = readdirSync(benchesFolder).map((file) => file.replace(/\.ts$/, ''))

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) return say(helpText(names), 0)
  const read = readFlags(args, names)
  if (!read.ok) return say(`${read.problems.join('\n')}\n\n${helpText(names)}`, 2)
  const interrupted = untilInterrupted()
  const place = await openPlace()
  let code = 1
  try {
    const done = await Promise.race([measure(read.flags, place), interrupted, place.broken])
    if (typeof done === 'number') code = done
    else {
      code = say(`\n${section(done)}`, 0)
      if (!read.flags.quick) keepAndWrite(done)
    }
  } catch (error) {
    reportFailure(process.stderr, error)
  }
  await place.remove({ keepLogs: code === 1 })
  return code
}

async function measure(flags: Flags, place: Place): Promise<Result> {
  const { name, quick, runs } = flags
  const { bench } = (await import(join(benchesFolder, `${name}.ts`))) as { bench: Bench }
  const kept = readKept(name)
  const machine = describeMachine()
  const started = new Date()
  const opened = await bench.open(place, { quick })
  const contenders = await takeTurns(opened, runs, (text) => place.steps.line(text))
  return {
    format: 1,
    bench: name,
    about: bench.about,
    command: commandOf(flags),
    startedAt: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    commit: commitOfClone(),
    machine,
    versions: { ...runtimeVersions(), ...opened.versions },
    settings: opened.settings,
    metrics: bench.metrics,
    pairs: bench.pairs,
    contenders,
    before: kept && beforeOf(kept),
  }
}

function keepAndWrite(result: Result): void {
  keep(result)
  writeFileSync(join(root, 'docs', 'benchmarks.md'), page(readAllKept()))
}

/** Resolves with the exit code of the first signal (128 + n); later ones change nothing. */
function untilInterrupted(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve(128 + constants.signals[signal]))
  })
}

function say(text: string, code: number): number {
  const out = code === 0 ? process.stdout : process.stderr
  out.write(text)
  return code
}

process.exit(await main(process.argv.slice(2)))
