/** The command line of `bun run bench`. Pure: every problem is named at once, with what is allowed. */
import { parseArgs } from 'node:util'

export type Flags = { readonly name: string; readonly quick: boolean; readonly runs: number }

export type ReadFlags =
  | { readonly ok: true; readonly flags: Flags }
  | { readonly ok: false; readonly problems: readonly string[] }

const usualRuns = 5
const quickRuns = 2
const mostRuns = 99

/** `names` are the benches that there are. */
export function readFlags(args: readonly string[], names: readonly string[]): ReadFlags {
  const { tokens } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean' }, runs: { type: 'string' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const problems: string[] = []
  const given: string[] = []
  let quick = false
  let runs: number | undefined
  for (const token of tokens) {
    if (token.kind === 'positional') given.push(token.value)
    else if (token.kind === 'option' && token.name === 'quick' && token.value === undefined)
      quick = true
    else if (token.kind === 'option' && token.name === 'runs') {
      runs = Number(token.value)
      if (!Number.isInteger(runs) || runs < 1 || runs > mostRuns)
        problems.push(`--runs must be a whole number from 1 to ${mostRuns}, not '${token.value}'`)
    } else if (token.kind === 'option')
      problems.push(`${token.rawName} is not a flag. Flags: --quick --runs N`)
  }
  const [name = '', ...more] = given
  if (more.length > 0 || !names.includes(name))
    problems.push(`give the name of one bench: ${names.join(', ')}`)
  if (!quick && runs !== undefined && runs < usualRuns)
    problems.push(`fewer than ${usualRuns} runs are not kept: add --quick`)
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, flags: { name, quick, runs: runs ?? (quick ? quickRuns : usualRuns) } }
}

/** What was typed, in its shortest form. */
export function commandOf({ name, quick, runs }: Flags): string {
  const usual = runs === (quick ? quickRuns : usualRuns)
  return `bun run bench ${name}${quick ? ' --quick' : ''}${usual ? '' : ` --runs ${runs}`}`
}

export function helpText(names: readonly string[]): string {
  return `bun run bench NAME [--quick] [--runs N]

  NAME      ${names.join(', ')}
  --runs N  counted runs of each contender; ${usualRuns} or more, ${quickRuns} when quick
  --quick   fewer and shorter runs: to see that it works. Nothing is kept

What was measured is kept in docs/bench/NAME.json, and docs/benchmarks.md is written anew from all that is kept.
`
}
