/**
 * Events in a real Postgres, put there by the real store as if they had come by Kafka, and projections that follow them
 * step by step: a test decides what comes in which order, and what is read when.
 */
import { aRecordValue, type RecordOptions } from '../../../infra/harness/builders.ts'
import { freshDatabase } from '../../../infra/harness/database.ts'
import { openSql } from '../../../infra/sql.ts'
import { decode } from '../../decode.ts'
import { beginCounting, type PartitionId } from '../../position.ts'
import { makeSessions } from '../../sessions.ts'
import { makeStore } from '../../store.ts'
import type { Projection } from '../declare.ts'
import { liveInstance } from '../instance.ts'
import { beginProjection } from '../progress.ts'
import { type Step, stepOnce } from '../step.ts'

export type StoredLog = Awaited<ReturnType<typeof openStoredLog>>

export async function openStoredLog() {
  const database = await freshDatabase()
  const sql = openSql(database.url, 2)
  const sessions = makeSessions({ databaseUrl: database.url }, 4, () => {})
  const store = makeStore(sessions, () => {})
  const ends = new Map<PartitionId, bigint>()

  return {
    sql,
    sessions,
    databaseUrl: database.url,
    /** A topic that nobody else has, with this many partitions. */
    async partitions(count: number): Promise<PartitionId[]> {
      const topicId = crypto.randomUUID()
      const made = Array.from({ length: count }, (_, partition) => ({
        ...{ topic: 'events.raw', topicId, partition },
      }))
      for (const id of made) {
        await sessions.run('position', (sql) => beginCounting(sql, id, 0n))
        ends.set(id, 0n)
      }
      return made
    },
    /** Counts a partition from the first offset again, as after Kafka was set back. */
    async countAnew(id: PartitionId): Promise<void> {
      await sessions.run('position', (sql) => beginCounting(sql, id, 0n))
      ends.set(id, 0n)
    },
    /** Stores records at the end of a partition, in one flush. */
    async put(id: PartitionId, records: readonly RecordOptions[]): Promise<void> {
      const from = ends.get(id) ?? 0n
      const limits = { nowMs: Date.now(), ledgerDays: 90 }
      const judged = records.map((record, i) =>
        decode(
          {
            ...{ key: null, headers: {}, timestampMs: Date.now() },
            ...{ offset: from + BigInt(i), value: aRecordValue(record) },
          },
          id,
          limits,
        ),
      )
      const until = from + BigInt(records.length)
      await store.write({ id, from, until, records: judged })
      ends.set(id, until)
    },
    /** Lets a projection take steps until nothing is left to do; returns them. */
    async follow(projection: Projection, mostSteps = 10_000): Promise<Step[]> {
      await sessions.run('projection', (sql) => beginProjection(sql, projection.name))
      const steps: Step[] = []
      while (steps.length < mostSteps) {
        const step = await sessions.run('projection', (sql) =>
          stepOnce(sql, liveInstance(projection, 'test')),
        )
        if (step.is !== 'moved') return steps
        steps.push(step)
      }
      return steps
    },
    async close(): Promise<void> {
      sessions.close()
      await sql.end()
      await database.drop()
    },
  }
}
