/** The help of `bun run load`, made from the table of flags. Pure. */
import { flags } from './flags.ts'

export function helpText(scenarios: readonly string[]): string {
  const rows = Object.entries(flags).map(([name, { value, about }]) => {
    const names = name === 'scenario' ? ` (${scenarios.join(', ')})` : ''
    return `  ${`--${name}${value === undefined ? '' : ` ${value}`}`.padEnd(24)}${about}${names}`
  })
  return `bun run load: sends events at a rate, measures the answers, and audits what became of every event.

${rows.join('\n')}

Latency counts from the instant at which an event was due, of failed and dropped events until they were given up. Events
that share a request are sent when the last of them is due.
Exit codes: 0 all is well, 1 the audit found something, an answer is unexpected or an assertion does not hold, 2 the
command line is wrong, 130 interrupted.

Examples:
  bun run load --rps 500 --minutes 1
  bun run load --scenario spike --assert 'p99<200ms,errors<0.1%,lost=0'
  bun run load --rps 20 --minutes 1 --tenants tenant_a,tenant_b --duplicate-rate 0.1 --bad-rate 0.05
  bun run load --mode batch --batch-size 200 --rps 5000 --minutes 0.5
  bun run load --url http://127.0.0.1:8080/events --api-key acme=key_1 --max-events 1000 --json
`
}
