/** What stores events beside Pulse: the least that Postgres has to do for them, and what is written instead. */
import { randomUUID } from 'node:crypto'
import type { Sql } from '../../sql.ts'
import type { Row } from '../backlog.ts'

/** Stores rows over one connection; resolves with how many. */
export type StoreRows = (sql: Sql, rows: readonly Row[]) => Promise<number>

const topicId = '0190a7c0-0000-7000-8000-000000000001'
const copyAtOnce = 5000
const insertAtOnce = 1000

/** COPY straight into the ledger and the events: no duplicate is looked for, no count is kept. */
export const copyRows: StoreRows = async (sql, rows) => {
  for (let from = 0; from < rows.length; from += copyAtOnce) {
    const batch = rows.slice(from, from + copyAtOnce)
    await sql.begin(async (transaction) => {
      const keys = await transaction`
        copy event_keys (tenant_id, idempotency_key, fingerprint, outcome, request_id, topic_id, partition, "offset",
                         received_at) from stdin`.writable()
      await written(keys, batch.map((row, at) => keyLine(row, from + at)).join(''))
      const events = await transaction`
        copy events (tenant_id, event_id, idempotency_key, event_type, schema_version, occurred_at, received_at, payload,
                     request_id, topic_id, partition, "offset") from stdin`.writable()
      await written(events, batch.map((row, at) => eventLine(row, from + at)).join(''))
    })
  }
  return rows.length
}

/** One transaction an event: look the key up, insert both rows, as an ORM does it. */
export const oneByOne: StoreRows = async (sql, rows) => {
  for (const [at, row] of rows.entries())
    await sql.begin(async (transaction) => {
      const known = await transaction`
        select fingerprint from event_keys
         where tenant_id = ${row.tenantId} and idempotency_key = ${row.idempotencyKey}`
      if (known.length > 0) return
      await transaction`insert into event_keys ${transaction(keyRow(row, at))}`
      await transaction`insert into events ${transaction(eventRow(row, at))}`
    })
  return rows.length
}

/** A thousand rows a statement, those whose key is new; both statements in one transaction. */
export const manyAtOnce: StoreRows = async (sql, rows) => {
  for (let from = 0; from < rows.length; from += insertAtOnce) {
    const batch = rows.slice(from, from + insertAtOnce)
    await sql.begin(async (transaction) => {
      const fresh = await transaction<{ idempotency_key: string }[]>`
        insert into event_keys ${transaction(batch.map((row, at) => keyRow(row, from + at)))}
        on conflict do nothing returning idempotency_key`
      const keys = new Set(fresh.map((row) => row.idempotency_key))
      const events = batch.filter((row) => keys.has(row.idempotencyKey))
      await transaction`
        insert into events ${transaction(events.map((row, at) => eventRow(row, from + at)))}`
    })
  }
  return rows.length
}

const keyRow = (row: Row, offset: number) => ({
  tenant_id: row.tenantId,
  idempotency_key: row.idempotencyKey,
  fingerprint: row.fingerprint,
  outcome: 'stored',
  request_id: row.requestId,
  topic_id: topicId,
  partition: 0,
  offset,
  received_at: row.receivedAt,
})

const eventRow = (row: Row, offset: number) => ({
  id: randomUUID(),
  tenant_id: row.tenantId,
  event_id: row.eventId,
  idempotency_key: row.idempotencyKey,
  event_type: row.eventType,
  schema_version: 1,
  occurred_at: row.occurredAt,
  received_at: row.receivedAt,
  payload: row.payload,
  request_id: row.requestId,
  topic_id: topicId,
  partition: 0,
  offset,
})

const keyLine = (row: Row, offset: number): string =>
  `${row.tenantId}\t${row.idempotencyKey}\t${row.fingerprint}\tstored\t${row.requestId}\t${topicId}\t0\t${offset}\t${row.receivedAt}\n`

const eventLine = (row: Row, offset: number): string =>
  `${row.tenantId}\t${row.eventId}\t${row.idempotencyKey}\t${row.eventType}\t1\t${row.occurredAt}\t${row.receivedAt}\t${row.payload}\t${row.requestId}\t${topicId}\t0\t${offset}\n`

const written = (copy: NodeJS.WritableStream, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    copy.once('error', reject)
    copy.once('finish', resolve)
    copy.end(text)
  })
