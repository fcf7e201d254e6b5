/** `bun run load`: flags, plan, run, audit, summary. */
import { dirname, join } from 'node:path'
import { usualRuntimeFile } from '../contracts/runtime-file.ts'
import { seeded } from '../contracts/seeded.ts'
import { check } from './assertions.ts'
import { type Audit, audit } from './audit/audit.ts'
import { readFlags } from './flags.ts'
import { helpText } from './help.ts'
import { openJournal } from './journal.ts'
import type { Header } from './journal-format.ts'
import type { Mode } from './modes/mode.ts'
import { modes } from './modes/modes.ts'
import { type Plan, planOf } from './plan.ts'
import { makeScreen } from './progress.ts'
import { run } from './run.ts'
import { readRuntime } from './runtime.ts'
import { readScenario, scenarioNames } from './scenario.ts'
import { measuredOf, reportOf, type Summary, summaryText } from './summary.ts'

const screen = makeScreen(process.stderr)
const interrupted = new AbortController()

async function main(): Promise<number> {
  const read = readFlags(process.argv.slice(2))
  if (!read.ok) return refuse(read.problems)
  const { flags } = read
  if (flags.help) {
    process.stdout.write(helpText(scenarioNames()))
    return 0
  }
  const scenario = flags.scenario === undefined ? undefined : readScenario(flags.scenario)
  if (flags.scenario !== undefined && scenario === undefined)
    return refuse([
      `--scenario must be one of ${scenarioNames().join(', ')}, not '${flags.scenario}'`,
    ])
  const runtimeFile = flags.runtime ?? usualRuntimeFile
  const running = readRuntime(runtimeFile)
  if (!running.ok) return fail(running.why)
  const planned = planOf(flags, scenario, running.runtime)
  if (!planned.ok) return refuse(planned.problems)
  const { plan } = planned
  const why = await unreachable(plan)
  if (why !== undefined) return fail(why)
  onInterrupt()
  return load(plan, join(dirname(runtimeFile), 'load'))
}

async function load(plan: Plan, folder: string): Promise<number> {
  const startedMs = Date.now()
  const header: Header = {
    format: 2,
    run: `${startedMs.toString(36)}${crypto.randomUUID().slice(0, 4)}`,
    seed: plan.seed,
    startedMs,
    ...eventsOf(plan.mode),
    tenants: plan.tenants.map(({ name }) => name),
  }
  const journal = openJournal(folder, header)
  const { tally, seconds, answeredPerSecond } = await run(plan, header, {
    screen,
    journal,
    seeded,
    interrupted: interrupted.signal,
  })
  journal.close()
  const total = tally.all()
  const summary: Summary = {
    run: header.run,
    seed: plan.seed,
    interrupted: interrupted.signal.aborted,
    seconds,
    mode: plan.mode,
    batchSize: plan.batchSize,
    answeredPerSecond: answeredPerSecond.events,
    requests: {
      sent: total.requests,
      unanswered: total.unanswered,
      answeredPerSecond: answeredPerSecond.requests,
      latency: tally.requestLatency(),
    },
    total,
    tenants: Object.fromEntries(header.tenants.map((name, at) => [name, tally.of(at)])),
    sendLag: tally.lag(),
    unexpected: tally.unexpectedAnswers(),
    tolerated: tally.toleratedAnswers(),
    journal: journal.file,
    audit: await audited(plan, header, journal.file),
  }
  const measured = measuredOf(summary)
  const report = reportOf(
    summary,
    plan.assertions.map((assertion) => check(assertion, measured)),
  )
  process.stdout.write(plan.json ? `${JSON.stringify(report)}\n` : summaryText(report))
  if (!report.ok) return 1
  return summary.interrupted ? 130 : 0
}

const eventsOf = (name: Plan['mode']): Pick<Header, 'keyIn' | 'form'> => {
  const { keyIn, form }: Mode = modes[name]
  return form === undefined ? { keyIn } : { keyIn, form }
}

async function audited({ audit: where }: Plan, header: Header, journal: string): Promise<Audit> {
  if (where.is === 'off') return { is: 'skipped', why: where.why }
  const found = await audit(header, { ...where, journal }, (line) => screen.progress(line))
  screen.clear()
  return found
}

/** The first Ctrl-C ends the sending and sums up; the second ends at once. */
function onInterrupt(): void {
  const stop = () => (interrupted.signal.aborted ? process.exit(130) : interrupted.abort())
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** Why nothing can be sent; undefined when something listens there. */
async function unreachable({ target }: Plan): Promise<string | undefined> {
  const { host, port } = target
  try {
    const socket = await Bun.connect({ hostname: host, port, socket: { data() {} } })
    socket.terminate()
    return undefined
  } catch {
    return `Nothing listens at ${host}:${port}: start Pulse (npm start), or give --url`
  }
}

function refuse(problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.stderr.write('bun run load --help shows every flag.\n')
  return 2
}

function fail(why: string): number {
  process.stderr.write(`${why}\n`)
  return 1
}

process.exit(await main())
