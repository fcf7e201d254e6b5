/** The command line of `bun run chaos`. Pure. */
import { isLoadMode, type LoadMode, loadModes } from '../../contracts/load-modes.ts'
import type { Fault } from './fault.ts'

export type Wanted =
  | {
      readonly is: 'run'
      readonly faults: readonly Fault[]
      readonly quick: boolean
      /** The way in that the load takes. */
      readonly mode: LoadMode
    }
  | { readonly is: 'help'; readonly text: string }
  | { readonly is: 'wrong'; readonly problems: readonly string[] }

const quickOnes = 6

/** Names choose faults, in the order of the list; without names it is all of them, or the first six with --quick. */
export function readFlags(args: readonly string[], all: readonly Fault[]): Wanted {
  if (args.includes('--help')) return { is: 'help', text: helpText(all) }
  const quick = args.includes('--quick')
  const at = args.indexOf('--mode')
  const mode = at < 0 ? 'single' : args[at + 1]
  if (mode === undefined || !isLoadMode(mode))
    return { is: 'wrong', problems: [`--mode must be one of ${loadModes.join(', ')}`] }
  const names = args.filter((arg, i) => arg !== '--quick' && (at < 0 || (i !== at && i !== at + 1)))
  const unknown = names.filter((name) => !all.some((fault) => fault.name === name))
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(', ')
    return {
      is: 'wrong',
      problems: unknown.map((name) => `'${name}' is no fault; there are: ${known}`),
    }
  }
  const chosen = all.filter(({ name }) => names.includes(name))
  const usual = quick ? all.slice(0, quickOnes) : all
  return { is: 'run', faults: chosen.length > 0 ? chosen : usual, quick, mode }
}

const helpText = (all: readonly Fault[]): string => `bun run chaos [NAME…] [--quick] [--mode MODE]

Breaks a Pulse of its own, one fault after the other in the middle of a load, and audits what became of every event.
--quick runs the first six with small loads. --mode is a mode of bun run load, the way in that the load takes: ${loadModes.join(', ')};
single. Exit codes: 0 every verdict is clean, 1 one is not or nothing was run, 2 the command line is wrong, 130 interrupted.

${all.map(({ name, about }) => `  ${name.padEnd(32)}${about}`).join('\n')}
`
