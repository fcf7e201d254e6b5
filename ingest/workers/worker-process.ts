/** One worker as its supervisor sees it. */
import { type ChildProcess, fork } from 'node:child_process'
import type { Socket } from 'node:net'
import type { MetricsSnapshot } from '../metrics.ts'
import { type ToSupervisor, type ToWorker, workerArgument } from './messages.ts'

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type WorkerProcess = {
  readonly number: number
  readonly pid: number | undefined
  /** Resolves once it takes requests; never, when it ends before. */
  readonly listening: Promise<void>
  readonly ended: Promise<Exit>
  /** Asks for what it has counted; false when it has not answered in time. */
  count(withinMs: number): Promise<boolean>
  /** Whether it takes connections. */
  readonly isOpen: boolean
  /** Gives it a connection of which nothing was read. */
  give(connection: Socket): void
  /** Its last answer. */
  readonly counted: MetricsSnapshot
  kill(signal: NodeJS.Signals): void
}

/** Starts a worker on that port. `exposition` answers its question for what all workers counted. */
export function startWorker(
  number: number,
  port: number,
  exposition: () => Promise<string>,
): WorkerProcess {
  const [, script = ''] = process.argv
  const child = fork(script, [workerArgument, String(number)], {
    env: { ...process.env, INGEST_PORT: String(port) },
    // As JSON the numbers that are none would be lost.
    serialization: 'advanced',
  })
  const waiting = new Map<number, (answered: true) => void>()
  let counted: MetricsSnapshot = []
  let asks = 0
  let isOpen = false

  const ended = new Promise<Exit>((resolve) => {
    child.on('error', () => {
      if (child.pid === undefined) resolve({ code: null, signal: null })
    })
    child.once('exit', (code, signal) => {
      isOpen = false
      resolve({ code, signal })
    })
  })
  const listening = new Promise<void>((resolve) => {
    child.on('message', (message: ToSupervisor) => {
      if (message.kind === 'listening') {
        isOpen = true
        resolve()
      } else if (message.kind === 'leaving') isOpen = false
      else if (message.kind === 'expose') void expose(message.ask)
      else {
        counted = message.snapshot
        waiting.get(message.ask)?.(true)
      }
    })
  })

  async function expose(ask: number): Promise<void> {
    tell(child, { kind: 'exposition', ask, text: await exposition() })
  }

  return {
    number,
    pid: child.pid,
    listening,
    ended,
    async count(withinMs) {
      const ask = ++asks
      const answered = new Promise<true>((resolve) => waiting.set(ask, resolve))
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(resolve, withinMs, false)
      })
      tell(child, { kind: 'count', ask })
      const inTime = await Promise.race([answered, late, ended.then(() => false as const)])
      clearTimeout(timer)
      waiting.delete(ask)
      return inTime
    },
    get isOpen() {
      return isOpen
    },
    give(connection) {
      child.send({ kind: 'connection' } satisfies ToWorker, connection, {}, (err) => {
        if (err) connection.destroy()
      })
    },
    get counted() {
      return counted
    },
    kill: (signal) => void child.kill(signal),
  }
}

/** What cannot be told to a worker that is gone is not needed any more. */
function tell(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => {})
}
