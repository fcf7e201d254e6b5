/**
 * How each partition fares, from watching it: Burrow's rules (github.com/linkedin/Burrow, "Consumer Lag Evaluation") on
 * what is counted in Postgres in the place of commits. No threshold of lag: a lag is fine for as long as it is worked off.
 * Pure.
 */
import type { Group, Lag, PartitionWatch, Verdict } from '../views/pipeline-facts.ts'
import type { Sample } from './history.ts'

/** A shorter watch tells nothing: a batch may take as long. */
export const shortestWatchMs = 15_000
/** How far back a verdict looks. */
const windowMs = 60_000

type Point = { readonly atMs: number; readonly countedTo: number; readonly lag: number }

type Watched = {
  readonly lag: Lag
  readonly samples: readonly Sample[]
  /** Null when Kafka does not tell. */
  readonly group: Group | null
  /** How old the oldest uncounted record is, by partition; null when that could not be measured. */
  readonly ages: ReadonlyMap<number, number> | null
  readonly retentionMs: number | null
  readonly nowMs: number
}

export function watchOf(watched: Watched): readonly PartitionWatch[] {
  const { lag, samples, group, ages, retentionMs, nowMs } = watched
  return (lag.partitions ?? []).map((now) => {
    const { partition } = now
    const points = pointsOf(partition, samples)
    if (now.lag !== null && now.countedTo !== null)
      points.push({ atMs: nowMs, countedTo: now.countedTo, lag: now.lag })
    const holder = group === null ? null : holderOf(group, partition)
    const ageMs = now.lag === 0 ? 0 : (ages?.get(partition) ?? null)
    return {
      partition,
      ...verdictOf(
        now.lag,
        points.filter(({ atMs }) => atMs >= nowMs - windowMs),
        holder,
      ),
      ageMs,
      drainMs: now.lag === 0 ? 0 : drainMsOf(points),
      expiresMs:
        now.lag === 0 || ageMs === null || retentionMs === null ? null : retentionMs - ageMs,
      holder: holder === 'nobody' ? null : holder,
      history: historyOf(partition, samples),
    }
  })
}

/** `holder` null: it could not be asked who holds the partition. */
export function verdictOf(
  lag: number | null,
  points: readonly Point[],
  holder: string | null,
): { readonly verdict: Verdict; readonly why: string } {
  const first = points[0]
  const last = points.at(-1)
  if (lag === null || first === undefined || last === undefined)
    return { verdict: 'unknown', why: 'It could not be measured' }
  if (lag === 0) return { verdict: 'ok', why: 'It is caught up' }
  // Burrow does not know who holds what: whoever was caught up a moment ago would be fine without a reader.
  const stillMs = stillFor(points)
  if (holder === 'nobody' && stillMs >= shortestWatchMs)
    return {
      verdict: 'stopped',
      why: `No processor holds it, and nothing was counted for ${secondsOf(stillMs)}`,
    }
  if (points.some((point) => point.lag === 0))
    return { verdict: 'ok', why: 'It was caught up within the last minute' }
  const overMs = last.atMs - first.atMs
  if (overMs < shortestWatchMs)
    return {
      verdict: 'unknown',
      why: `It is behind, and watched for ${Math.round(overMs / 1000)} s only`,
    }
  const seconds = secondsOf(overMs)
  if (last.countedTo === first.countedTo) {
    return holder === null
      ? { verdict: 'stalled', why: `Nothing was counted for ${seconds}; who holds it is unknown` }
      : { verdict: 'stalled', why: `It is held, and nothing was counted for ${seconds}` }
  }
  const fellBehind = points.every((point, i) => i === 0 || point.lag >= (points[i - 1]?.lag ?? 0))
  if (fellBehind && last.lag > first.lag)
    return { verdict: 'warning', why: `It is read, and fell further behind for ${seconds}` }
  return { verdict: 'ok', why: 'It is being worked off' }
}

const secondsOf = (ms: number): string => `${Math.round(ms / 1000)} s`

/** For how long nothing was counted, as far as it was watched. */
function stillFor(points: readonly Point[]): number {
  const last = points.at(-1)
  const moving = points.findLastIndex(({ countedTo }) => countedTo !== last?.countedTo)
  return (last?.atMs ?? 0) - (points[moving + 1]?.atMs ?? 0)
}

function pointsOf(partition: number, samples: readonly Sample[]): Point[] {
  return samples.flatMap(({ atMs, counted, log }) => {
    const end = log?.partitions.find((part) => part.partition === partition)
    if (!counted || !log || !end) return []
    const row = counted.find((row) => row.topicId === log.topicId && row.partition === partition)
    const countedTo = row?.countedTo ?? end.start
    return [{ atMs, countedTo, lag: Math.max(0, end.end - countedTo) }]
  })
}

const holderOf = ({ members }: Group, partition: number): string => {
  const member = members.find(({ partitions }) => partitions.includes(partition))
  return member ? `${member.clientId} ${member.host}`.trim() : 'nobody'
}

/** At the pace of the last minute. */
function drainMsOf(points: readonly Point[]): number | null {
  const last = points.at(-1)
  const first = points.find(({ atMs }) => atMs >= (last?.atMs ?? 0) - windowMs)
  if (!first || !last || last.atMs - first.atMs < 2_000) return null
  const perMs = (first.lag - last.lag) / (last.atMs - first.atMs)
  return perMs > 0 ? last.lag / perMs : null
}

const mostHistory = 60

function historyOf(partition: number, samples: readonly Sample[]): (number | null)[] {
  const recent = samples
    .slice(-2 * mostHistory)
    .filter((_, i, all) => (all.length - 1 - i) % 2 === 0)
  return recent.map((sample) => pointsOf(partition, [sample])[0]?.lag ?? null)
}
