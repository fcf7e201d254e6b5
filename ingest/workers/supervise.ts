/**
 * Looks after the workers that share the port, and takes no requests itself.
 * Promises: one that ends, or does not answer for half a minute (two while it starts), is replaced, and the log says so;
 * told to stop, it stops all of them within its own deadline; none outlives it for longer than a drain. A worker that ends
 * before all of them took requests for the first time ends the start.
 */
import type { Socket } from 'node:net'
import type { Log } from '../../contracts/log.ts'
import type { Shutdown } from '../../contracts/shutdown.ts'
import { acceptConnections } from '../connections.ts'
import { liveness, watchOver } from './liveness.ts'
import { claimPort } from './port.ts'
import { longLifeMs, replacementDelayMs } from './replacement.ts'
import { makeTotals, type Totals } from './totals.ts'
import { type Exit, startWorker, type WorkerProcess } from './worker-process.ts'

/** What is counted is gathered by then; of a worker that has not answered, its last answer is taken. */
const gatherMs = 2_000

/** Ends with the process. `about` goes into the log when all workers take requests. */
export async function supervise(
  config: {
    readonly host: string
    readonly port: number
    readonly grpcPort: number | 'off'
    readonly workers: number
  },
  about: object,
  log: Log,
  shutdown: Shutdown,
): Promise<never> {
  const { host, grpcPort } = config
  const port = await claimPort(config)
  const crew = new Crew(port, makeTotals(config.workers), log, shutdown)
  shutdown.defer('workers', () => crew.stop())
  // Past the deadline, or by an exception: who is stuck would outlive this process.
  process.on('exit', () => crew.kill(shutdown.begun() ? 'SIGKILL' : 'SIGTERM'))
  const grpc = grpcPort === 'off' ? undefined : await acceptFor(crew, { host, port: grpcPort })
  if (grpc) shutdown.defer('grpc', () => grpc.close())
  await crew.start(config.workers)
  const addresses = { url: `http://${host}:${port}`, grpc: grpc && `${host}:${grpc.port}` }
  log.info({ ...addresses, ...about }, 'listening')
  return new Promise(() => {})
}

/**
 * Accepts gRPC's connections, and gives each to the next worker: they are few and live long, so that turns spread them
 * better than the system would, and Node cannot share a port as uWebSockets does.
 */
const acceptFor = (crew: Crew, address: { host: string; port: number }) =>
  acceptConnections({ ...address, paused: true }, (connection) => crew.give(connection))

class Crew {
  readonly #port: number
  readonly #totals: Totals
  readonly #log: Log
  readonly #shutdown: Shutdown
  readonly #living = new Set<WorkerProcess>()
  #started = false
  #turn = 0
  #measuring: Promise<string> | undefined

  constructor(port: number, totals: Totals, log: Log, shutdown: Shutdown) {
    this.#port = port
    this.#totals = totals
    this.#log = log
    this.#shutdown = shutdown
  }

  /** Resolves when all of them take requests. */
  async start(count: number): Promise<void> {
    const workers = Array.from({ length: count }, (_, i) => this.#add(i + 1, 0))
    await Promise.all(workers.map(({ listening }) => listening))
    this.#started = true
  }

  /** To the next one in turn; closed when there is none, so that its client tries again. */
  give(connection: Socket): void {
    const open = [...this.#living].filter(({ isOpen }) => isOpen)
    const worker = open[this.#turn++ % open.length]
    if (worker === undefined) connection.destroy()
    else worker.give(connection)
  }

  #add(number: number, diedYoung: number): WorkerProcess {
    const worker = startWorker(number, this.#port, () => this.#exposition())
    let openedAt = Number.POSITIVE_INFINITY
    const who = { worker: number, worker_pid: worker.pid }
    this.#living.add(worker)
    void worker.listening.then(() => {
      openedAt = performance.now()
      this.#log.info(who, 'worker takes requests')
    })
    void watchOver(worker, liveness).then((end) => {
      if (end === 'ended' || this.#shutdown.begun()) return
      this.#log.error(who, 'worker does not answer: killed')
      worker.kill('SIGKILL')
    })
    void worker.ended.then((exit) => {
      this.#living.delete(worker)
      const young = performance.now() - openedAt < longLifeMs
      if (!this.#shutdown.begun()) this.#lost(worker, exit, young ? diedYoung + 1 : 0)
    })
    return worker
  }

  #lost({ number, pid, counted }: WorkerProcess, exit: Exit, diedYoung: number): void {
    if (!this.#started) {
      this.#shutdown.begin(`worker ${number} ended before all took requests`, 1)
      return
    }
    this.#totals.ended(counted)
    const delayMs = replacementDelayMs(diedYoung)
    this.#log.error(
      { worker: number, worker_pid: pid, ...exit, replacedInMs: delayMs },
      'worker ended: replaced',
    )
    setTimeout(() => {
      if (!this.#shutdown.begun()) this.#add(number, diedYoung)
    }, delayMs)
  }

  /** What all have counted. Those who ask at once share one measurement. */
  #exposition(): Promise<string> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = undefined
    })
    return this.#measuring
  }

  async #measure(): Promise<string> {
    const answered = await Promise.all([...this.#living].map((worker) => worker.count(gatherMs)))
    const snapshots = [...this.#living].map(({ counted }) => counted)
    return this.#totals.text(snapshots, answered.filter(Boolean).length)
  }

  kill(signal: NodeJS.Signals): void {
    for (const worker of this.#living) worker.kill(signal)
  }

  async stop(): Promise<void> {
    const workers = [...this.#living]
    this.kill('SIGTERM')
    const exits = await Promise.all(workers.map(({ ended }) => ended))
    const bad = exits.filter(({ code }) => code !== 0)
    if (bad.length > 0) throw new Error(`${bad.length} of ${exits.length} workers ended badly`)
  }
}
