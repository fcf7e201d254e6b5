import type { Sql } from '../postgres.ts'

/** Those of some tenants that have anything under a key, by name. */
export async function tenantsOfKey(
  sql: Sql,
  tenants: readonly string[],
  idempotencyKey: string,
): Promise<string[]> {
  const named = sql`tenant_id in ${sql(tenants)} and idempotency_key = ${idempotencyKey}`
  const rows = await sql<{ id: string }[]>`
    select tenant_id as id from event_keys where ${named}
    union
    select tenant_id from dead_letters where ${named}
    union
    select tenant_id from events where ${named} -- longer kept than the ledger, where settings say so
    order by id`
  return rows.map(({ id }) => id)
}
