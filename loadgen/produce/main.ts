/** `bun run produce`: command line, target, events, answers. */
import { usualRuntimeFile } from '../../contracts/runtime-file.ts'
import { readRuntime } from '../runtime.ts'
import { type CommandLine, helpText, readCommandLine, type Where } from './command-line.ts'
import { type FlatEvent, flatEventOf, sampleEvents } from './flat-event.ts'
import { runMenu } from './menu.ts'
import { type Sent, send, type Target } from './send.ts'
import { sentText } from './told.ts'

async function main(): Promise<number> {
  const read = readCommandLine(process.argv.slice(2), process.env.PULSE_API_KEY?.trim())
  if (read.is === 'help') return say(helpText())
  if (read.is === 'wrong') return refuse(read.problems)
  const target = targetOf(read.where)
  if (typeof target === 'string') return refuse([target])
  if (read.is !== 'menu') return await produce(read, target)
  if (!process.stdin.isTTY)
    return refuse(['The menu needs a terminal; give a command for use in scripts.'])
  await runMenu((event) => send(event, target))
  return 0
}

async function produce(
  read: Extract<CommandLine, { is: 'one' | 'sample' }>,
  target: Target,
): Promise<number> {
  const all: Sent[] = []
  for (const event of eventsOf(read)) all.push(await send(event, target))
  for (const sent of all) say(read.json ? `${JSON.stringify(sent)}\n` : `${sentText(sent)}\n`)
  return all.every(({ accepted }) => accepted) ? 0 : 1
}

function eventsOf(read: Extract<CommandLine, { is: 'one' | 'sample' }>): readonly FlatEvent[] {
  const now = new Date()
  if (read.is === 'sample') return sampleEvents(crypto.randomUUID().slice(0, 8), now)
  const eventId = read.eventId ?? crypto.randomUUID()
  return [flatEventOf(read.kind, read.typed, { known: {}, eventId, now })]
}

/** Where to send, or what is missing to know it. */
function targetOf({ tenant = 'tenant_a', url, key, runtime }: Where): Target | string {
  const read = readRuntime(runtime ?? usualRuntimeFile)
  if (!read.ok) return read.why
  const running = read.runtime
  const ingest = url ?? running?.ingest
  if (ingest === undefined) return 'Pulse is not running here: npm start, or give --url'
  if (!URL.canParse(ingest)) return `--url must be an http:// address, not '${ingest}'`
  const apiKey = key ?? running?.tenants[tenant]
  if (apiKey === undefined) return `the API key of ${tenant} is not known: give it in PULSE_API_KEY`
  return { ingest, admin: running?.admin, tenant, apiKey }
}

function say(text: string): number {
  process.stdout.write(text)
  return 0
}

function refuse(problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.stderr.write('bun run produce --help shows every command.\n')
  return 2
}

process.exit(await main())
