/** One session against real Postgres, when its connection is lost. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { freshDatabase, type TestDatabase } from '../infra/harness/database.ts'
import { until } from '../infra/harness/until.ts'
import { openSql, type Sql } from '../infra/sql.ts'
import { openSession } from './session.ts'

let database: TestDatabase
let sql: Sql
beforeAll(async () => {
  database = await freshDatabase()
  sql = openSql(database.url)
})
afterAll(async () => {
  await sql.end()
  await database.drop()
})

const batch = {
  topicId: crypto.randomUUID(),
  ...{ partition: 0, from: 0n, until: 1n, isRedrive: false },
}

test('a COPY that never ends by itself ends with its connection', async () => {
  const session = await openSession({ databaseUrl: database.url }, () => {})
  const storing = session.whileOpen(session.storeBatch([Buffer.from('no such row\n')], batch))
  const outcome = storing.then(
    () => 'stored',
    (error: Error) => error.message,
  )
  await until('it is cut', async () => {
    const cut = await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'pulse-processor' and datname = current_database()
         and state <> 'active' and query ilike 'copy%'`
    return cut.length === 1
  })
  expect(await outcome).toBe('the connection to Postgres was lost')
  session.destroy()
})
