/**
 * Decides whether the conservation law closes, per partition and in sum. Pure.
 * The counters must be read before the log ends: a log end only grows, so that `counted_to` beyond it is a broken
 * law and never a matter of timing.
 */
import type { Conservation, PartitionLaw, Terms } from '../views/facts.ts'
import type { PartitionLog, TopicLog } from './kafka.ts'

/** A row of `pipeline_offsets`. */
export type CountedPartition = {
  readonly topicId: string
  readonly partition: number
  readonly firstOffset: number
  readonly countedTo: number
  readonly stored: number
  readonly duplicate: number
  readonly dead: number
  readonly skipped: number
}

/** `counted` or `log` null: could not be read. A partition without a row is not counted yet: all of it is in flight. */
export function conservationOf(
  topic: string,
  counted: readonly CountedPartition[] | null,
  log: TopicLog | null,
): Conservation {
  if (log === null)
    return { ...unknownTerms, closes: null, topic, topicId: null, partitions: [], findings: [] }
  const rows = counted?.filter((row) => row.topicId === log.topicId) ?? null
  const partitions = log.partitions.map((part) =>
    rows === null
      ? unknownPartition(part)
      : partitionLaw(
          part,
          rows.find((row) => row.partition === part.partition),
        ),
  )
  const strays = (rows ?? []).filter(
    (row) => !log.partitions.some((part) => part.partition === row.partition),
  )
  return {
    ...sumOf(partitions),
    closes: rows === null ? null : strays.length === 0 && partitions.every((p) => p.closes),
    topic,
    topicId: log.topicId,
    partitions,
    findings: [
      ...strays.map((row) => `Partition ${row.partition} is counted, and Kafka does not have it.`),
      ...partitions.flatMap((law, i) => findingsOf(law, log.partitions[i]?.start ?? 0)),
    ],
  }
}

function partitionLaw(log: PartitionLog, row: CountedPartition | undefined): PartitionLaw {
  const { firstOffset, countedTo, stored, duplicate, dead, skipped } = row ?? {
    ...nothingCounted,
    firstOffset: log.start,
    countedTo: log.start,
  }
  const inFlight = log.end - countedTo
  const accounted = stored + duplicate + dead + skipped + inFlight
  return {
    partition: log.partition,
    logEnd: log.end,
    firstOffset,
    countedTo,
    stored,
    duplicate,
    dead,
    skipped,
    inFlight,
    closes: inFlight >= 0 && log.end - firstOffset === accounted,
  }
}

const nothingCounted = { stored: 0, duplicate: 0, dead: 0, skipped: 0 }

const unknownTerms: Terms = {
  logEnd: null,
  firstOffset: null,
  stored: null,
  duplicate: null,
  dead: null,
  skipped: null,
  inFlight: null,
}

const unknownPartition = (log: PartitionLog): PartitionLaw => ({
  ...unknownTerms,
  partition: log.partition,
  logEnd: log.end,
  countedTo: null,
  closes: null,
})

const termNames = Object.keys(unknownTerms) as (keyof Terms)[]

function sumOf(partitions: readonly PartitionLaw[]): Terms {
  const sum = (term: keyof Terms) =>
    partitions.reduce<number | null>((total, law) => {
      const value = law[term]
      return total === null || value === null ? null : total + value
    }, 0)
  return Object.fromEntries(termNames.map((term) => [term, sum(term)])) as Terms
}

function findingsOf(law: PartitionLaw, logStart: number): string[] {
  const { partition, logEnd, countedTo, skipped, closes } = law
  if (logEnd === null || countedTo === null) return []
  const found: string[] = []
  if (logEnd < countedTo)
    found.push(
      `Partition ${partition} is counted to ${countedTo}, and its log ends at ${logEnd}: ` +
        'Kafka lost records, or this is another cluster.',
    )
  else if (!closes) found.push(`Partition ${partition} does not add up.`)
  if (logStart > countedTo)
    found.push(
      `Partition ${partition} lost ${logStart - countedTo} records to retention before they were read.`,
    )
  if (skipped)
    found.push(
      `Partition ${partition} skipped ${skipped} offsets: their records expired before they were read, ` +
        'or they never held one.',
    )
  return found
}
