import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../harness/until.ts'
import { openSql } from '../../sql.ts'
import type { Fault, Target } from '../fault.ts'
import { mustHaveStopped } from '../felt.ts'

/** Beyond what Postgres has. */
const more = 10
const application = 'chaos-hog'

export const connectionsExhausted: Fault = {
  name: 'connections-exhausted',
  about: "somebody takes every connection of Postgres for six seconds, and the processor's are cut",
  holdMs: 6_000,
  async apply(target) {
    const hogs = { goOn: true }
    target.undo.add(async () => {
      hogs.goOn = false
      await target.sql`
        select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${application}`
    })
    const [row] = await target.sql<{ count: number }[]>`
      select current_setting('max_connections')::int as count`
    for (let each = 0; each < (row?.count ?? 0) + more; each++) void hog(target, hogs)
    await until('no connection is left', () => isRefused(target), 60_000)
    // The processor is as quick as anybody to take one that is free.
    await until('the processor has none', async () => (await cutProcessor(target)) === 0, 60_000)
  },
  heal: ({ sql, undo }) => mustHaveStopped(sql, 3, undo.all),
}

/** Holds one connection, and takes it again when it is lost. */
async function hog({ database }: Target, hogs: { readonly goOn: boolean }): Promise<void> {
  while (hogs.goOn) {
    const sql = openSql(`${database}?application_name=${application}`)
    await sql`select pg_sleep(60)`.catch(() => undefined) // refused, or ended by heal
    await sql.end({ timeout: 0 })
    await pause(20)
  }
}

async function isRefused({ database }: Target): Promise<boolean> {
  const sql = openSql(database)
  const refused = await sql`select`.then(
    () => false,
    () => true,
  )
  await sql.end({ timeout: 0 })
  return refused
}

/** How many there were. */
async function cutProcessor({ sql }: Target): Promise<number> {
  const cut = await sql`
    select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pulse-processor'`
  return cut.length
}
