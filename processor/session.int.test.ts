/** Sessions against real Postgres, when their connection is lost. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { freshDatabase, type TestDatabase } from '../infra/harness/database.ts'
import { until } from '../infra/harness/until.ts'
import { openSql, type Sql } from '../infra/sql.ts'
import { openSession } from './session.ts'
import { makeSessions } from './sessions.ts'

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

test('a session whose connection is lost while nobody uses it is given to nobody any more', async () => {
  const opened: string[] = []
  const sessions = makeSessions(
    { databaseUrl: database.url },
    1,
    (operation) => void (operation === 'connect' && opened.push(operation)),
  )
  const pid = () => sessions.run('position', (sql) => sql`select pg_backend_pid() as pid`)
  const [first] = await pid()
  await sql`select pg_terminate_backend(${first?.pid})`
  await until('it is gone', async () => {
    const left = await sql`select from pg_stat_activity where pid = ${first?.pid}`
    return left.length === 0
  })
  await until('another connection answers', async () => (await pid())[0]?.pid !== first?.pid)
  expect(opened).toHaveLength(2)
  sessions.close()
})
