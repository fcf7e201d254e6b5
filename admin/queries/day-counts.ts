import type { Sql } from '../postgres.ts'

/** One row a quarter of an hour (`tenantId` null) and one a tenant (`at` null). */
export type DayCount = {
  readonly at: Date | null
  readonly tenantId: string | null
  readonly stored: number
  readonly duplicate: number
  readonly dead: number
}

/** What became of events from `since` until `until`, by quarter of an hour and by tenant: one scan. */
export async function dayCounts(sql: Sql, since: Date, until: Date): Promise<DayCount[]> {
  return await sql<DayCount[]>`
    select
      at, tenant_id as "tenantId", sum(stored)::bigint as stored,
      sum(duplicate)::bigint as duplicate, sum(dead)::bigint as dead
    from (
      select date_bin('15 minutes', minute, '2000-01-01 00:00Z') as at, tenant_id, stored, duplicate, dead
      from event_counts
      where minute >= ${since}::timestamptz and minute <= ${until}::timestamptz
    ) as counted
    group by grouping sets ((at), (tenant_id))
    order by at, stored desc`
}
