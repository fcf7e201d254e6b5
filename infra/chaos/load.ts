/**
 * The load: the load generator as a process of its own, told where Pulse is by a runtime file. It repeats what was not
 * answered for good, waits for the drain, and audits what became of every event it sent.
 */
import { type } from 'arktype'
import type { Subprocess } from 'bun'
import type { LoadMode } from '../../contracts/load-modes.ts'
import { bun } from '../bun.ts'
import { root } from '../bundle.ts'
import { endsWithParent } from '../launch.ts'

const reportShape = type({
  total: {
    events: 'number',
    success: 'number',
    duplicate: 'number',
    failed: 'number',
    dropped: 'number',
  },
  /** Answers other than the one an event must get. */
  unexpected: type({ what: 'string', count: 'number' }).array(),
  audit: type({ is: "'failed' | 'skipped'", why: 'string' }).or({
    is: "'done'",
    clean: 'boolean',
    stored: 'number',
    dead: 'number',
    drainSeconds: 'number',
    conservationCloses: 'boolean',
    findings: type({ kind: 'string', count: 'number', examples: 'string[]' }).array(),
  }),
})

/** What the generator says of a run. */
export type LoadReport = typeof reportShape.infer

export type LoadPlan = {
  readonly runtime: string
  /** Events a second. */
  readonly rate: number
  readonly seconds: number
  readonly audit: boolean
  readonly mode: LoadMode
}

export type Load = {
  /** Resolves when the audit is done. */
  readonly report: Promise<LoadReport>
  /** Ends it, however far it is. */
  end(): Promise<void>
}

/** One of ten events is sent twice, one of fifty is another under a used key, one of twenty is bad. */
const mix = ['--duplicate-rate', '0.1', '--conflict-rate', '0.02', '--bad-rate', '0.05']

/** Sends for `seconds`. */
export function startLoad({ runtime, rate, seconds, audit, mode }: LoadPlan): Load {
  const flags = ['--runtime', runtime, '--rps', `${rate}`, '--minutes', `${seconds / 60}`]
  const more = ['--mode', mode, ...(audit ? [] : ['--no-audit'])]
  const command = [...bun, 'loadgen/load.ts', ...flags, ...mix, ...more, '--json'] as const
  const child = Bun.spawn(endsWithParent([...command], 'SIGKILL'), {
    cwd: root,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const report = reportOf(child)
  report.catch(() => {}) // Awaited later; until then something else may fail first.
  return {
    report,
    async end() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

async function reportOf(child: Subprocess<'ignore', 'pipe', 'pipe'>): Promise<LoadReport> {
  const [text, said] = await Promise.all([child.stdout.text(), child.stderr.text()])
  await child.exited
  const report = reportShape(readJson(text))
  if (report instanceof type.errors)
    throw new Error(`the load generator gave no report (${report.summary}): ${said.slice(-2000)}`)
  return report
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
