/** The results as text: aligned for a terminal, which is also a table in Markdown. Pure. */
import type { Outcome } from './run.ts'
import type { Measured } from './verdict.ts'

const titles = ['fault', 'sent', 'accepted', 'stored', 'dead', 'recovery', 'verdict'] as const

/** One row a fault. `accepted` counts good events and repeats that were answered 202. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = [[...titles], ...outcomes.map(cells)]
  const widths = titles.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => pad(cell, widths[at] ?? 0, at)).join(' | ')} |`
  const [head = [], ...body] = rows
  const rule = widths.map((width, at) =>
    isNumber(at) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  )
  return [line(head), line(rule), ...body.map(line)].join('\n')
}

function cells(outcome: Outcome): string[] {
  const { fault, measured } = outcome
  const figuresOrNone = measured ? figures(measured) : ['?', '?', '?', '?', '?']
  return [fault.name, ...figuresOrNone, verdictOn(outcome)]
}

function verdictOn({ problems, leftOut }: Outcome): string {
  if (leftOut !== undefined) return `left out: ${leftOut}`
  return problems.length === 0 ? 'clean' : `FAILED: ${problems.join('; ')}`
}

function figures({ load, recoverySeconds }: Measured): string[] {
  const { total, audit } = load
  return [
    `${total.events - total.dropped}`,
    `${total.success + total.duplicate}`,
    ...(audit.is === 'done' ? [`${audit.stored}`, `${audit.dead}`] : ['?', '?']),
    recoverySeconds === undefined ? 'none' : `${recoverySeconds.toFixed(1)} s`,
  ]
}

const isNumber = (at: number) => at > 0 && at < titles.length - 1
const pad = (cell: string, width: number, at: number) =>
  isNumber(at) ? cell.padStart(width) : cell.padEnd(width)
