import type { Transaction } from '../postgres.ts'

/** When the oldest event was received that the ledger still knows; null when it is empty. */
export async function ledgerStart(sql: Transaction): Promise<Date | null> {
  const [row] = await sql<{ receivedAt: Date }[]>`
    select received_at as "receivedAt" from event_keys order by received_at limit 1`
  return row?.receivedAt ?? null
}
