/**
 * Decides what a projection reads next: for which offsets of which partitions, and in which spans of time of receipt
 * they lie. Pure. Partitions take turns by when their events were stored, so that what belongs together in time is read
 * together; within one, nothing is ever passed over.
 */

/** What one statement stored of a partition. */
export type StoredBatch = {
  readonly first: bigint
  readonly last: bigint
  readonly events: number
  readonly bytes: number
  /** Whether any of its events may be of a type that the projection follows. */
  readonly relevant: boolean
  /** Milliseconds since 1970. */
  readonly storedAt: number
  /** Spans of time of receipt that all its events lie in. */
  readonly received: readonly Span[]
  /** Whether it was received so long ago that its events may have been dropped. */
  readonly isOld: boolean
}

/** Microseconds since 1970, both included. */
export type Span = readonly [from: number, to: number]

export type DuePartition = {
  readonly topicId: string
  readonly partition: number
  /** Everything below is in the tables. */
  readonly projectedTo: bigint
  /** Everything below is stored. */
  readonly countedTo: bigint
  /** With events from `projectedTo` on, the lowest offsets first. */
  readonly batches: readonly StoredBatch[]
  /** Whether there are more batches below `countedTo`. */
  readonly more: boolean
}

/** Offsets of a partition from `from`, up to `until` and without it. */
export type Move = {
  readonly topicId: string
  readonly partition: number
  readonly from: bigint
  readonly until: bigint
}

export type Plan = {
  readonly moves: readonly Move[]
  readonly spans: readonly Span[]
  /** Relevant batches that are passed with this step. */
  readonly passed: readonly StoredBatch[]
}

export type Limits = { readonly events: number; readonly bytes: number }

/** No moves when nothing is due. A single batch beyond the limits is read in parts. */
export function planStep(due: readonly DuePartition[], limits: Limits): Plan {
  const lanes = due.map((partition) => ({ partition, taken: 0 }))
  const passed: StoredBatch[] = []
  let events = 0
  let bytes = 0
  for (;;) {
    const lane = earliest(lanes)
    const batch = lane?.partition.batches[lane.taken]
    if (lane === undefined || batch === undefined) break
    if (batch.relevant) {
      const fits = events + batch.events <= limits.events && bytes + batch.bytes <= limits.bytes
      if (!fits && events > 0) break
      if (!fits) return planOfPart(lane.partition, batch, limits)
      passed.push(batch)
      events += batch.events
      bytes += batch.bytes
    }
    lane.taken++
  }
  const moves = lanes.map(({ partition, taken }) => moveOf(partition, taken))
  return {
    moves: moves.filter(({ from, until }) => until > from),
    spans: merged(passed.flatMap(({ received }) => received)),
    passed,
  }
}

/** UTC days, as `20260102`, in which events of a batch were received. */
export function daysOf({ received }: StoredBatch): string[] {
  const days = new Set<string>()
  for (const [from, to] of received)
    for (let ms = startOfDay(from / 1000); ms <= to / 1000; ms += dayMs)
      days.add(new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''))
  return [...days]
}

const dayMs = 86_400_000
const startOfDay = (ms: number): number => Math.floor(ms / dayMs) * dayMs

type Lane = { readonly partition: DuePartition; taken: number }

/** The lane whose next batch was stored first. */
function earliest(lanes: readonly Lane[]): Lane | undefined {
  const next = ({ partition, taken }: Lane) => partition.batches[taken]?.storedAt
  let found: Lane | undefined
  for (const lane of lanes) {
    const at = next(lane)
    if (at !== undefined && (found === undefined || at < (next(found) ?? 0))) found = lane
  }
  return found
}

function moveOf({ batches, more, ...partition }: DuePartition, taken: number): Move {
  const { topicId, partition: number, projectedTo: from, countedTo } = partition
  const last = batches[taken - 1]?.last
  const until =
    taken === batches.length && !more ? countedTo : last === undefined ? from : last + 1n
  return { topicId, partition: number, from, until }
}

/** The first offsets of a batch that is too much for one step, as many as should fit. */
function planOfPart(
  { topicId, partition, projectedTo }: DuePartition,
  batch: StoredBatch,
  limits: Limits,
): Plan {
  const first = batch.first > projectedTo ? batch.first : projectedTo
  const share = Math.min(limits.events / batch.events, limits.bytes / batch.bytes)
  const offsets = BigInt(Math.max(1, Math.floor(Number(batch.last + 1n - batch.first) * share)))
  const until = first + offsets <= batch.last ? first + offsets : batch.last + 1n
  return {
    moves: [{ topicId, partition, from: projectedTo, until }],
    spans: merged(batch.received),
    passed: until > batch.last ? [batch] : [],
  }
}

/** Spans that overlap become one: rows are read once. */
function merged(spans: readonly Span[]): Span[] {
  const result: [number, number][] = []
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result
}
