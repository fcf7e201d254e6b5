/** What a supervisor and its workers tell each other, over the channel that `child_process.fork` opens. */
import type { MetricsSnapshot } from '../metrics.ts'

/** The argument by which a supervisor starts a worker, before the worker's number. */
export const workerArgument = 'worker'

export type ToWorker =
  /** Say what you have counted, which also shows that you are alive. */
  | { readonly kind: 'count'; readonly ask: number }
  /** The answer to `expose`. */
  | { readonly kind: 'exposition'; readonly ask: number; readonly text: string }
  /** Comes with a connection that the supervisor has accepted. */
  | { readonly kind: 'connection' }

export type ToSupervisor =
  /** Requests are taken from now on. */
  | { readonly kind: 'listening' }
  /** No connection is taken any more. */
  | { readonly kind: 'leaving' }
  | { readonly kind: 'counted'; readonly ask: number; readonly snapshot: MetricsSnapshot }
  /** Somebody wants to read what all workers counted. */
  | { readonly kind: 'expose'; readonly ask: number }
