/**
 * The only file of `loadgen` that opens Postgres: reads every row of a run, as one snapshot, a batch at a time.
 * Rows are found by the run's prefix and not by what was sent, so that those nobody sent are found too.
 * Bounds: one connection, 2,000 rows in memory.
 */
import postgres from 'postgres'
import { memberBytes } from '../../contracts/json-bytes.ts'
import { keyPrefix } from '../events.ts'
import type { Row } from './compare.ts'

/** Calls `onRow` for each stored event and dead letter whose key is the run's. Rejects when Postgres does not answer. */
export async function readOutcomes(
  databaseUrl: string,
  { run, startedMs }: { readonly run: string; readonly startedMs: number },
  onRow: (row: Row) => void,
): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, connect_timeout: 5, onnotice: () => {} })
  const prefix = keyPrefix(run)
  // Whole days are left out unread; a day's margin for clocks that differ.
  const since = new Date(startedMs - 24 * 60 * 60 * 1000)
  try {
    await sql.begin('isolation level repeatable read, read only', async (tx) => {
      const stored = tx<StoredRow[]>`
        select tenant_id, idempotency_key, event_id, event_type, schema_version,
               to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at,
               payload::text as payload, extra::text as extra
          from events
         where received_at >= ${since} and starts_with(idempotency_key, ${prefix})`
      for await (const rows of stored.cursor(batch)) for (const row of rows) onRow(asStored(row))
      const dead = tx<DeadRow[]>`
        select tenant_id, idempotency_key, original
          from dead_letters
         where state = 'open' and received_at >= ${since} and starts_with(idempotency_key, ${prefix})`
      for await (const rows of dead.cursor(batch)) for (const row of rows) onRow(asDead(row))
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

const batch = 2000

type Named = { tenant_id: string; idempotency_key: string }
type StoredRow = Named & {
  event_id: string
  event_type: string
  schema_version: number
  occurred_at: string
  payload: string
  extra: string | null
}
type DeadRow = Named & { original: Buffer }

const asStored = (row: StoredRow): Row => ({
  outcome: 'stored',
  tenant: row.tenant_id,
  key: row.idempotency_key,
  event: eventOf(row),
})

/** The event again, from its columns: whatever of it changed is noticed. */
function eventOf(row: StoredRow): string {
  const occurredAt = row.occurred_at.replace(/000Z$/, 'Z')
  const extra = row.extra === null ? '' : `,${row.extra.slice(1, -1)}`
  return (
    `{"event_id":${JSON.stringify(row.event_id)},"event_type":${JSON.stringify(row.event_type)},` +
    `"schema_version":${row.schema_version},"occurred_at":"${occurredAt}","payload":${row.payload}${extra}}`
  )
}

const asDead = (row: DeadRow): Row => ({
  outcome: 'dead',
  tenant: row.tenant_id,
  key: row.idempotency_key,
  event: isJson(row.original) ? memberText(row.original, 'event') : undefined,
})

const memberText = (record: Buffer, name: string): string | undefined => {
  const bytes = memberBytes(record, name)
  return bytes && Buffer.from(bytes).toString('utf8')
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'))
    return true
  } catch {
    return false
  }
}
