import type { Sql } from '../postgres.ts'

/** The first `most` tenants that have a key in the ledger, by name: one step through its index for each. */
export async function tenants(sql: Sql, most: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    with recursive found as (
      (select tenant_id as id, 1 as place from event_keys order by tenant_id limit 1)
      union all
      select next.id, found.place + 1
      from found
      cross join lateral (
        select tenant_id as id from event_keys where tenant_id > found.id order by tenant_id limit 1
      ) as next
      where found.place < ${most}
    )
    select id from found where id <> ''`
  return rows.map(({ id }) => id)
}
