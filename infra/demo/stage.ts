/** What a demonstration shows: headings, checks with their outcome, and a pace that a person can follow. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Out, painter } from '../bootstrap/step.mjs'
import { until } from '../harness/until.ts'

export type Stage = {
  heading(text: string): Promise<void>
  /** What is being done, in words or as the command to type. */
  say(text: string): void
  /** Text as it came, such as JSON. */
  show(text: string): void
  /**
   * Waits until `probe` answers something, which is the result; then the check has passed, with `detail` about it. It
   * has failed when that takes too long, and the demonstration goes on without it.
   */
  check<T>(
    what: string,
    probe: () => Promise<T | false | undefined>,
    detail?: (found: T) => string,
    withinMs?: number,
  ): Promise<T | undefined>
  /** How many checks have passed, and which have failed. */
  readonly outcome: { passed: number; readonly failed: string[] }
}

export type StageOptions = {
  /** Between what is shown; 0 to wait for nobody. */
  readonly paceMs: number
  /** How long a check may take, unless it says otherwise. */
  readonly withinMs?: number
}

export function openStage(out: Out, { paceMs, withinMs: usual = 20_000 }: StageOptions): Stage {
  const paint = painter(out)
  const outcome = { passed: 0, failed: [] as string[] }
  const line = (text: string) => void out.write(`${text}\n`)
  return {
    outcome,
    async heading(text) {
      await pause(2 * paceMs)
      line(`\n${paint.bold(text)}`)
    },
    say: (text) => line(`  ${text}`),
    show: (text) => line(text.replace(/^/gm, `  ${paint.dim('│')} `)),
    async check(what, probe, detail = () => '', withinMs = usual) {
      await pause(paceMs)
      try {
        const found = (await until(what, probe, withinMs)) as never
        outcome.passed++
        line(`  ${paint.green('✓')} ${what}  ${paint.dim(detail(found))}`.trimEnd())
        return found
      } catch (error) {
        outcome.failed.push(what)
        line(`  ${paint.red('✗')} ${what}\n    ${paint.dim((error as Error).message)}`)
        return undefined
      }
    },
  }
}
