/**
 * Orderly end of a process: what was opened last is closed first, all of it within one deadline.
 * SIGTERM and SIGINT begin it; a second signal changes nothing.
 */
import type { Log } from './log.ts'

export type Shutdown = {
  /** Registers a step. Steps run in reverse order of registration. */
  defer(name: string, close: () => Promise<unknown> | unknown): void
  /** Begins the shutdown, as a signal does. `reason` goes into the log; `code` is the exit code. */
  begin(reason: string, code?: number): void
  begun(): boolean
}

export function onShutdown(log: Log, deadlineMs: number): Shutdown {
  const steps: { name: string; close: () => Promise<unknown> | unknown }[] = []
  let begun = false

  const run = async (code: number) => {
    let exitCode = code
    for (const { name, close } of steps.reverse()) {
      try {
        await close()
      } catch (err) {
        exitCode = 1
        log.error({ err, step: name }, 'shutdown step failed')
      }
    }
    log.info({ exitCode }, 'stopped')
    process.exit(exitCode)
  }

  const begin = (reason: string, code = 0) => {
    if (begun) return
    begun = true
    log.info({ reason, deadlineMs }, 'shutting down')
    setTimeout(() => {
      log.error({ deadlineMs }, 'shutdown deadline passed')
      process.exit(1)
    }, deadlineMs).unref()
    void run(code)
  }

  process.on('SIGTERM', () => begin('SIGTERM'))
  process.on('SIGINT', () => begin('SIGINT'))
  return { defer: (name, close) => void steps.push({ name, close }), begin, begun: () => begun }
}
