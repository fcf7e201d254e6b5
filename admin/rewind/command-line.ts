/** The command line of `bun run rewind`. Pure. Every problem is named at once, with what is allowed. */
import { parseArgs } from 'node:util'
import { isInstant } from '../../contracts/instant.ts'
import type { Where } from './targets.ts'

export type ReadCommandLine =
  | { readonly is: 'help' }
  | { readonly is: 'wrong'; readonly problems: readonly string[] }
  | ToRun

export type ToRun = {
  readonly is: 'run'
  readonly where: Where
  /** All partitions unless given. */
  readonly partition: number | undefined
  readonly json: boolean
  /** A file that says where Kafka is. */
  readonly runtime: string | undefined
}

const options = {
  to: { type: 'string' },
  partition: { type: 'string' },
  json: { type: 'boolean' },
  runtime: { type: 'string' },
  help: { type: 'boolean' },
} as const

const toWords = '--to must be earliest, an instant such as 2026-01-02T20:00:00Z, or an offset'

export function readCommandLine(args: readonly string[]): ReadCommandLine {
  const { values, tokens } = parseArgs({
    ...{ args: [...args], options, tokens: true },
    ...{ strict: false, allowPositionals: true },
  })
  if (values.help === true) return { is: 'help' }
  const problems = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [`'${token.value.slice(0, 80)}' is not expected`]
    if (token.kind !== 'option') return []
    if (!Object.hasOwn(options, token.name)) return [`there is no ${token.rawName}`]
    const wantsText = options[token.name as keyof typeof options].type === 'string'
    return wantsText && token.value === undefined ? [`${token.rawName} needs a value`] : []
  })
  const where = readWhere(values.to)
  const partition = readPartition(values.partition)
  if (where === undefined) problems.push(toWords)
  if (partition === 'wrong') problems.push('--partition must be a whole number from 0')
  if (where?.to === 'offset' && partition === undefined)
    problems.push('an offset belongs to one partition: add --partition N')
  if (problems.length > 0 || where === undefined || partition === 'wrong')
    return { is: 'wrong', problems }
  const runtime = typeof values.runtime === 'string' ? values.runtime : undefined
  return { is: 'run', where, partition, json: values.json === true, runtime }
}

function readWhere(text: unknown): Where | undefined {
  if (typeof text !== 'string') return undefined
  if (text === 'earliest') return { to: 'earliest' }
  if (/^\d{1,18}$/.test(text)) return { to: 'offset', offset: BigInt(text) }
  return isInstant(text) ? { to: 'instant', ms: Date.parse(text) } : undefined
}

function readPartition(text: unknown): number | 'wrong' | undefined {
  if (text === undefined) return undefined
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : 'wrong'
}

export const helpText = `bun run rewind: processors read events again from an earlier place.

What is counted stays counted, and what is stored stays as it is: each record is checked against the ledger again, and
only what the tables have lost is stored. Processors pause meanwhile, for a few seconds; ingest goes on.

  --to earliest|INSTANT|OFFSET  the first record that Kafka has, the first one since an instant, or an offset
  --partition N                 this partition only; an offset needs it
  --json                        one JSON object on standard output, nothing else
  --runtime FILE                where a running Pulse says where Kafka is
  --help                        this text

Kafka is where KAFKA_BROKERS says, else where the Pulse that npm start runs has it (.pulse/runtime.json).
Exit codes: 0 done; 1 not done, or processors could not be resumed: what it says tells whether offsets were moved and
whether processors are paused; 2 the command line is wrong.

Examples:
  bun run rewind --to earliest
  bun run rewind --to 2026-01-02T20:00:00Z
  bun run rewind --to 1200 --partition 3
`
