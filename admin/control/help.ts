/** The help of `bun run control`, made from its grammar. Pure. */
import { commands, type Flag, flags, type Words } from './grammar.ts'

export function helpText(): string {
  const rows = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([left, about]) => `  ${left.padEnd(28)}${about}`).join('\n')
  const commandRows = Object.entries<Words>(commands).map(
    ([name, { operands, about }]) => [[name, ...operands].join(' '), about] as const,
  )
  const flagRows = Object.entries<Flag<unknown>>(flags).map(
    ([name, { value, about }]) => [`--${name}${value ? ` ${value}` : ''}`, about] as const,
  )
  return `bun run control: lists and publishes tenants, API keys and limits. Ingest follows within 5 seconds.

${rows(commandRows)}

${rows(flagRows)}

Kafka is where KAFKA_BROKERS says, else where the Pulse that npm start runs has it (.pulse/runtime.json).
Exit codes: 0 done, or nothing to do; 1 refused, or Kafka did not confirm it; 2 the command line is wrong.

Examples:
  bun run control tenant set acme --validation strict
  bun run control limit set acme --events 6000 --bytes unlimited
  bun run control key create acme laptop
  bun run control key rotate acme laptop --overlap 7d
  bun run control key revoke acme laptop
  printf %s "$LEAKED" | bun run control key revoke acme -
  bun run control list --json
`
}
