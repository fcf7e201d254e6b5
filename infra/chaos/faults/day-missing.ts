import type { Fault } from '../fault.ts'

export const dayMissing: Fault = {
  name: 'day-missing',
  about:
    'the partition of events of the day is gone from its table, and ten seconds later its rows are back',
  holdMs: 10_000,
  async apply({ sql }) {
    const [today] = await sql<{ name: string }[]>`
      select 'events_' || to_char(now() at time zone 'UTC', 'YYYYMMDD') as name`
    await sql.begin(async (sql) => {
      await sql`alter table events detach partition ${sql(today?.name ?? '')}`
      await sql`alter table ${sql(today?.name ?? '')} rename to day_put_aside`
    })
  },
  async heal({ sql }) {
    const made = await sql`
      select from pg_inherits where inhparent = 'events'::regclass
         and inhrelid = to_regclass('events_' || to_char(now() at time zone 'UTC', 'YYYYMMDD'))`
    if (made.length !== 1) throw new Error('the day was not made anew')
    await sql.begin(async (sql) => {
      await sql`insert into events select * from day_put_aside`
      await sql`drop table day_put_aside`
    })
  },
}
