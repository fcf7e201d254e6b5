/**
 * Stores judged records of one partition, exactly once: COPY into the session's staging table, then one statement
 * that decides keys, writes rows and moves the count (store-batch.sql says how).
 * A batch that Postgres refuses is halved until the one bad record stands alone and becomes a dead letter.
 */
import { copyChunks } from './copy-text.ts'
import { type Judged, refusedByStore } from './decode.ts'
import { failureOf } from './failure.ts'
import type { PartitionId } from './position.ts'
import type { Counts, Outcomes } from './session.ts'
import type { Sessions } from './sessions.ts'

export type Batch = {
  readonly id: PartitionId
  /** How far the partition is counted before the batch. Records below are only checked against the ledger. */
  readonly from: bigint
  /** How far it is counted afterwards. */
  readonly until: bigint
  /** In the order of their offsets, all below `until`. */
  readonly records: readonly Judged[]
}

export type Store = {
  /** Rejects with `failureOf` 'moved' or 'world'; then nothing has changed, or what changed is in the count. */
  write(batch: Batch): Promise<Outcomes>
}

export function makeStore(sessions: Sessions, onBisect: () => void): Store {
  const daysMade = new Set<string>()

  /** Days are made ahead by `storage.ts`; here those that it could not foresee, or had no chance to make. */
  const makeDays = async (records: readonly Judged[]) => {
    const days = new Set(records.map(({ receivedAt }) => utcDay(receivedAt)))
    for (const day of days) {
      if (daysMade.has(day)) continue
      await sessions.run('day', (sql) => sql`select ensure_day(${day}::date)`)
      daysMade.add(day)
    }
  }

  const write = async (batch: Batch): Promise<Outcomes> => {
    try {
      return await sessions.storeBatch(copyChunks(batch.records), {
        ...batch.id,
        from: batch.from,
        until: batch.until,
        isRedrive: batch.records[0]?.redrive !== undefined,
      })
    } catch (err) {
      const failure = failureOf(err)
      if (failure !== 'record') {
        daysMade.clear()
        throw err
      }
      onBisect()
      return sumOf(await splitAndWrite(batch, err as Error))
    }
  }

  const splitAndWrite = async (batch: Batch, err: Error): Promise<Outcomes[]> => {
    const [only, ...others] = batch.records
    if (only === undefined || (others.length === 0 && only.kind === 'dead'))
      throw new Error(`the store refuses a dead letter at offset ${only?.offset}: ${err.message}`, {
        cause: err,
      })
    if (others.length === 0)
      return [await write({ ...batch, records: [refusedByStore(only, refusalSentence(err))] })]
    const [first, second] = halves(batch)
    return [await write(first), await write(second)]
  }

  return {
    async write(batch) {
      await makeDays(batch.records)
      const done: Outcomes[] = []
      for (const part of apart(batch)) done.push(await write(part))
      return sumOf(done)
    },
  }
}

/** Batches that follow each other and together cover the same offsets: each redrive is one of its own. */
export function apart(batch: Batch): readonly Batch[] {
  const parts: Batch[] = []
  let rest = batch
  for (;;) {
    const at = rest.records.findIndex(({ redrive }) => redrive !== undefined)
    if (at < 0 || rest.records.length === 1) return [...parts, rest]
    const [first, others] = parted(rest, Math.max(at, 1))
    parts.push(first)
    rest = others
  }
}

/** Two batches that follow each other and together cover the same offsets. */
export const halves = (batch: Batch): [Batch, Batch] =>
  parted(batch, Math.ceil(batch.records.length / 2))

/** The first `count` records, and the others. */
function parted(batch: Batch, count: number): [Batch, Batch] {
  const first = batch.records.slice(0, count)
  const lastOfFirst = first.at(-1)?.offset ?? batch.from
  const boundary = lastOfFirst + 1n > batch.from ? lastOfFirst + 1n : batch.from
  return [
    { ...batch, until: boundary, records: first },
    { ...batch, from: boundary, records: batch.records.slice(count) },
  ]
}

const sumOf = (parts: readonly Outcomes[]): Outcomes => ({
  counts: parts.map(({ counts }) => counts).reduce(add),
  types: parts.flatMap(({ types }) => types),
})

const add = (a: Counts, b: Counts): Counts => ({
  stored: a.stored + b.stored,
  duplicate: a.duplicate + b.duplicate,
  dead: a.dead + b.dead,
  skipped: a.skipped + b.skipped,
})

/** Postgres' own words, bounded: they may quote the value. */
const refusalSentence = (err: Error): string =>
  `Postgres refuses a value: ${err.message.replaceAll('\0', '').slice(0, 200)}`.toWellFormed()

/** The instant is in UTC. */
const utcDay = (instant: string): string => instant.slice(0, 10)
