/** Connections to Postgres that the network has forgotten: nobody says that they are gone. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testAddresses } from '../infra/harness/addresses.ts'
import { openProxy, type TcpProxy } from '../infra/harness/proxy.ts'
import { openPool, type Pool } from './postgres.ts'
import { makeStore } from './store.ts'

const statementTimeoutMs = 1000
/** When a question is given up. */
const mostMs = 3000

let proxy: TcpProxy
let pool: Pool
const waited: number[] = []

beforeAll(async () => {
  const database = new URL(testAddresses().postgres)
  proxy = await openProxy(Number(database.port))
  database.port = String(proxy.port)
  const config = { databaseUrl: String(database), statementTimeoutMs }
  pool = openPool(config, (ms) => waited.push(ms))
})
afterAll(async () => {
  await pool?.end()
  await proxy?.close()
})

test('are given up, with what was asked over them, and the next question finds others', async () => {
  const store = makeStore(pool)
  const ask = (count: number) =>
    Promise.allSettled(Array.from({ length: count }, () => store.ping()))
  const failures = async (count: number) =>
    (await ask(count)).filter(({ status }) => status === 'rejected').length
  expect(await failures(20)).toBe(0)
  proxy.behave({ is: 'forget' })
  // More than are answered at once: had they not been given up, there would be no place for another.
  expect(await failures(64)).toBe(64)
  expect(waited).toEqual([mostMs])
  expect(await failures(20)).toBe(0)
}, 30_000)

test('are kept for those who still ask over them, while a question of many statements is given up', async () => {
  waited.length = 0
  const began = performance.now()
  const halfWay = Promise.withResolvers<void>()
  const long = Promise.allSettled([
    pool.lend(async (sql) => {
      for (;;) {
        await sql`select pg_sleep(0.05)`
        if (performance.now() - began > mostMs / 2) halfWay.resolve()
      }
    }),
  ])
  await halfWay.promise
  const young = pool.lend(async (sql) => {
    await sql`select 1`
    await long
    return await sql`select 1 as n`
  })
  expect(await young).toMatchObject([{ n: 1 }])
  expect((await long)[0].status).toBe('rejected')
  expect(waited).toEqual([mostMs])
})

test('of a server that answers are kept, however slow it is', async () => {
  waited.length = 0
  const slow = pool.lend((sql) => sql`select pg_sleep(5)`.execute())
  await expect(slow).rejects.toMatchObject({ code: '57014' })
  expect(waited).toEqual([])
})
