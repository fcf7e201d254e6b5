/** A worker's side of what it has with its supervisor: it ends with it, and asks it for what all workers counted. */
import type { Socket } from 'node:net'
import type { Shutdown } from '../../contracts/shutdown.ts'
import type { Connections } from '../grpc/door.ts'
import type { Exposition, IngestMetrics } from '../metrics.ts'
import { type ToSupervisor, type ToWorker, workerArgument } from './messages.ts'

/** The supervisor has gathered by then what all workers counted. */
const expositionMs = 5_000

export type Supervisor = {
  /** Says that this worker takes requests. */
  listening(): void
  /** The metrics of all workers; rejects when the supervisor does not answer. */
  readonly metrics: Exposition
  /** Those that the supervisor accepts and gives to this worker. */
  readonly connections: Connections
}

/** Whether a supervisor started this process. */
export const isWorker = process.argv[2] === workerArgument && process.send !== undefined

/** `own` are this worker's metrics. A supervisor that is gone begins the shutdown. */
export function joinSupervisor(own: IngestMetrics, shutdown: Shutdown): Supervisor {
  const waiting = new Map<number, (text: string) => void>()
  let asks = 0

  process.on('disconnect', () => shutdown.begin('the supervisor is gone'))
  let take = (connection: Socket): void => void connection.destroy()
  process.on('message', (message: ToWorker, connection: Socket | undefined) => {
    // A connection that has ended on the way is none.
    if (message.kind === 'connection') connection && take(connection)
    else if (message.kind === 'exposition') waiting.get(message.ask)?.(message.text)
    else void count(message.ask)
  })

  async function count(ask: number): Promise<void> {
    tell({ kind: 'counted', ask, snapshot: await own.snapshot() })
  }

  function text(): Promise<string> {
    const ask = ++asks
    tell({ kind: 'expose', ask })
    return new Promise<string>((resolve, reject) => {
      waiting.set(ask, resolve)
      setTimeout(reject, expositionMs, new Error('the supervisor does not answer')).unref()
    }).finally(() => waiting.delete(ask))
  }

  return {
    listening: () => tell({ kind: 'listening' }),
    metrics: { text, contentType: own.contentType },
    connections: {
      accept(given) {
        take = given
        return { close: () => tell({ kind: 'leaving' }) }
      },
    },
  }
}

/** What cannot be told to a supervisor that is gone is of no use to anybody. */
function tell(message: ToSupervisor): void {
  process.send?.(message, undefined, undefined, () => {})
}
