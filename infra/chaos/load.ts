/**
 * The load: the load generator as a process of its own, told where Pulse is by a runtime file. It repeats what was not
 * answered for good, waits for the drain, and audits what became of every event it sent.
 */
import { type } from 'arktype'
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

export type Load = {
  readonly runtime: string
  /** Events a second. */
  readonly rate: number
  readonly seconds: number
  readonly audit: boolean
  /** As the load generator calls it. */
  readonly mode: string
}

/** One of ten events is sent twice, one of fifty is another under a used key, one of twenty is bad. */
const mix = ['--duplicate-rate', '0.1', '--conflict-rate', '0.02', '--bad-rate', '0.05']

/** Sends for `seconds`, and resolves with the report when the audit is done. */
export async function runLoad({ runtime, rate, seconds, audit, mode }: Load): Promise<LoadReport> {
  const flags = ['--runtime', runtime, '--rps', `${rate}`, '--minutes', `${seconds / 60}`]
  const more = ['--mode', mode, ...(audit ? [] : ['--no-audit'])]
  const command = [...bun, 'loadgen/load.ts', ...flags, ...mix, ...more, '--json'] as const
  const child = Bun.spawn(endsWithParent([...command], 'SIGKILL'), {
    cwd: root,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [text, said] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
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
