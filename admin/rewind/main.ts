/** `bun run rewind`: command line, Kafka, what was done. */
import { settingsOrExit } from '../../contracts/env.ts'
import { kafkaProblems } from '../../contracts/kafka-connection.ts'
import { reasonOf } from '../../contracts/reason.ts'
import { findKafka } from '../control/runtime.ts'
import { openControlTopic } from '../control/topic.ts'
import { Unavailable } from '../outage.ts'
import { helpText, readCommandLine, type ToRun } from './command-line.ts'
import { openGroup } from './group.ts'
import { type Rewound, rewind } from './rewind.ts'
import { settings } from './settings.ts'

async function main(): Promise<number> {
  const read = readCommandLine(process.argv.slice(2))
  if (read.is === 'help') return say(helpText, 0)
  if (read.is === 'wrong')
    return say(`${read.problems.join('\n')}\nbun run rewind --help shows every flag.\n`, 2)
  try {
    return await run(read)
  } catch (error) {
    if (error instanceof Unavailable) return say(`${error.message}\n`, 1)
    return say(`Kafka did not do it: ${reasonOf(error)}\n`, 1)
  }
}

async function run({ where, partition, json, runtime }: ToRun): Promise<number> {
  findKafka(runtime)
  const config = settingsOrExit(settings, kafkaProblems)
  const control = openControlTopic(config)
  const group = openGroup(config)
  try {
    const deps = { control, group, signal: interrupted() }
    const done = await rewind(deps, where, partition)
    return say(json ? jsonOf(done) : textOf(done), 0)
  } finally {
    await Promise.allSettled([control.close(), group.close()])
  }
}

function interrupted(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => controller.abort())
  return controller.signal
}

const jsonOf = ({ targets, paused }: Rewound): string => {
  const partitions = targets.map(({ partition, from, to, again }) => ({
    partition,
    from: Number(from),
    to: Number(to),
    again: Number(again),
  }))
  return `${JSON.stringify({ partitions, paused })}\n`
}

function textOf({ targets, paused }: Rewound): string {
  const lines = targets.map(
    ({ partition, from, to, again }) =>
      `partition ${partition}: from ${from} back to ${to}, ${again} offsets again\n`,
  )
  const done =
    lines.length > 0 ? lines.join('') : 'Nothing lies between there and where they are.\n'
  return `${done}${paused ? 'Processors were paused before and still are: bun run control resume\n' : ''}`
}

function say(text: string, code: number): number {
  const out = code === 0 ? process.stdout : process.stderr
  out.write(text)
  return code
}

process.exit(await main())
