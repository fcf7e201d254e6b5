/** What a run cost: each process, and how much of the machine was not the bench's. */
import type { Sample } from './bench.ts'
import type { Place } from './place.ts'
import { cpuSeconds, grown, machineCpuSeconds, metricsOf } from './processes.ts'

export type Cost = {
  /** CPU seconds by process of the place. */
  readonly cpu: Readonly<Record<string, number>>
  /** What all else on the machine used meanwhile, in per cent of one core. */
  readonly others: number
}

/** Runs `work`, whose result tells the CPU seconds of a client that has ended. */
export async function observed<T extends { readonly cpuSeconds: number }>(
  place: Place,
  work: () => Promise<T>,
): Promise<{ readonly done: T; readonly cost: Cost }> {
  const before = cpuSeconds(place.pids())
  const machineBefore = machineCpuSeconds()
  const ownBefore = process.cpuUsage()
  const started = performance.now()
  const done = await work()
  const seconds = (performance.now() - started) / 1000
  const machine = machineCpuSeconds() - machineBefore
  const own = process.cpuUsage(ownBefore)
  const cpu = grown(before, cpuSeconds(place.pids()))
  const ours = Object.values(cpu).reduce((sum, each) => sum + each, 0) + done.cpuSeconds
  const others = machine - ours - (own.user + own.system) / 1e6
  return { done, cost: { cpu, others: Math.max(0, (100 * others) / seconds) } }
}

/** `server` is what the process `serverName` used; CPU is for a million events. */
export function costMetrics(
  { cpu, others }: Cost,
  client: number,
  events: number,
  serverName?: string,
): Sample {
  const of = (name: string) => cpu[name] ?? 0
  const server = serverName === undefined ? {} : { server: of(serverName) }
  const used = { ...server, kafka: of('kafka'), redis: of('redis'), client }
  return { ...metricsOf('CPU', used, 1e6 / events), others }
}
