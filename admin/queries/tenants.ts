import type { Sql } from '../postgres.ts'

/** The first `most` tenants that have a key in the ledger or a dead letter, by name: a step through an index for each. */
export async function tenants(sql: Sql, most: number): Promise<string[]> {
  const steps = (table: string) => sql`
    (select tenant_id as id, 1 as place from ${sql(table)} order by tenant_id limit 1)
    union all
    select next.id, found.place + 1
    from found
    cross join lateral (
      select tenant_id as id from ${sql(table)} where tenant_id > found.id order by tenant_id limit 1
    ) as next
    where found.place < ${most + 1}` // '' is none, and takes a step
  const rows = await sql<{ id: string }[]>`
    select id from (with recursive found as (${steps('event_keys')}) select id from found) as of_keys
    union
    select id from (with recursive found as (${steps('dead_letters')}) select id from found) as of_letters
    order by id`
  return rows
    .map(({ id }) => id)
    .filter((id) => id !== '')
    .slice(0, most)
}
