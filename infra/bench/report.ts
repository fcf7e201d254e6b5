/** Results as Markdown: a section a bench, with a table of medians and spreads. Pure. */
import type { Metric, Pair } from './bench.ts'
import type { Before, Result } from './kept.ts'
import { pairedRatio, ratio, type Spread, spreadOf, valuesOf } from './statistics.ts'

/** docs/benchmarks.md. */
export function page(results: readonly Result[]): string {
  const head = `# Benchmarks

Written by \`bun run bench NAME\` from the raw values in [bench/](bench): change those, not this page. Contenders take
turns on one machine with the same events; a cell is the median of the counted runs and, in parentheses, the smallest
and the largest. × is the ratio to the median of the run that was kept before. Machines differ and are noisy: read the
ratios.
`
  return [head, ...results.map(section)].join('\n')
}

export function section(result: Result): string {
  const { bench, about, command, seconds, startedAt, commit, before } = result
  const runs = Math.max(0, ...Object.values(result.contenders).map(({ length }) => length))
  const made = [
    `${startedAt.slice(0, 10)}${commit === undefined ? '' : ` at ${commitText(commit)}`}`,
  ]
  made.push(`${runs} runs each`, `${Math.round(seconds)} s in all`)
  if (before)
    made.push(
      `compared with ${before.startedAt.slice(0, 10)} at ${commitText(before.commit ?? 'an unknown commit')}`,
    )
  return `## ${bench}

${about}

\`\`\`sh
${command}
\`\`\`

${made.join(', ')}. ${machineLine(result)}
${settingsLine(result)}

${table(result)}${result.pairs.map((pair) => pairLine(pair, result)).join('')}`
}

const commitText = (commit: string): string => commit.replace(/\+$/, ' with changes')

function machineLine({ machine, versions }: Result): string {
  const { cores, processor, memoryGiB, kernel, loadBefore } = machine
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return (
    `${cores} cores (${processor}), ${memoryGiB} GiB, Linux ${kernel}, load before ${loadBefore}; ` +
    `${parts.join(', ')}.`
  )
}

const settingsLine = ({ settings }: Result): string =>
  `Settings: ${Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}.`

/** The longer list goes down: metrics or contenders. */
function table({ metrics, contenders, before }: Result): string {
  const names = Object.keys(contenders)
  const rows = metrics.map((metric) => [
    `${metric.name} (${metric.unit})`,
    ...names.map((name) =>
      cell(metric, name, valuesOf(contenders[name] ?? [], metric.name), before),
    ),
  ])
  const filled = rows.filter(([, ...cells]) => cells.some((text) => text !== ''))
  const lines = [['', ...names], ...filled]
  const [head = [], ...rest] = names.length > filled.length ? turned(lines) : lines
  return markdownTable(head, rest)
}

const turned = (lines: readonly (readonly string[])[]): string[][] =>
  (lines[0] ?? []).map((_, at) => lines.map((line) => line[at] ?? ''))

function cell(metric: Metric, contender: string, values: readonly number[], before?: Before) {
  const spread = spreadOf(values)
  if (!spread) return ''
  const change = ratio(spread.median, before?.medians[contender]?.[metric.name])
  return `${spreadText(spread)}${change === undefined ? '' : ` ×${change.toFixed(2)}`}`
}

function pairLine({ metric, of, to }: Pair, { contenders }: Result): string {
  const spread = pairedRatio(contenders[of] ?? [], contenders[to] ?? [], metric)
  if (!spread) return ''
  const [middle, min, max] = [spread.median, spread.min, spread.max].map((each) => each.toFixed(2))
  return `\n${metric}, ${of} to ${to}, run by run: ×${middle} (${min}–${max})\n`
}

const spreadText = ({ median, min, max }: Spread): string =>
  `${shown(median)} (${shown(min)}–${shown(max)})`

/** Three digits that matter, and no fraction from 100 on. */
export function shown(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: 0 })
}

/** Columns as wide as their widest cell; the first one to the left, the others to the right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]) {
  const widths = head.map((text, at) =>
    Math.max(text.length, 3, ...rows.map((row) => row[at]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, at) =>
    at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  return `${[line(head), line(rule), ...rows.map(line)].join('\n')}\n`
}
