/** `bun run projections:rebuild` as a process: what it answers, and what it leaves when it is stopped. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { lockIsAwaited } from '../../../infra/harness/locks.ts'
import { aCommerceEvent } from '../builders.ts'
import { openStoredLog, type StoredLog } from '../harness/stored-log.ts'

let log: StoredLog
beforeAll(async () => {
  log = await openStoredLog()
  const [id] = await log.partitions(1)
  if (id) await log.put(id, [{ event: aCommerceEvent('OrderPlaced') }])
})
afterAll(() => log.close())

function start(...args: string[]) {
  const command = [process.execPath, join(import.meta.dirname, 'main.ts'), ...args]
  const env = { ...process.env, DATABASE_URL: log.databaseUrl }
  const child = Bun.spawn(command, { env, stdout: 'pipe', stderr: 'pipe' })
  const ended = async () => {
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])
    return { code: await child.exited, out, err }
  }
  return { child, ended: ended() }
}

test('fills the tables of a projection that nobody has run', async () => {
  const { code, out } = await start('orders', '--json').ended
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ projection: 'orders', is: 'rebuilt', events: 1 })
  expect(await log.sql`select from projections.orders`).toHaveLength(1)
})

test.each([
  [['orders', '--jsno'], "Unknown option '--jsno'"],
  [['nothing'], 'Give the name of one projection: inventory, orders, payments, users'],
])('%p is a wrong command, and nothing is done', async (args, said) => {
  const { code, err } = await start(...args).ended
  expect(code).toBe(2)
  expect(err).toStartWith(said)
})

test('stopped while it waits for its table, it takes away what it began', async () => {
  const shadows = () => log.sql`select from projection_states where name = 'orders~rebuild'`
  await log.sql.begin(async (reader) => {
    await reader`lock table projections.orders in access share mode`
    const { child, ended } = start('orders')
    await lockIsAwaited(log.sql, 'projections.orders')
    expect(await shadows()).toHaveLength(1)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 1, err: 'orders is not rebuilt: SIGINT came.\n' })
  })
  expect(await shadows()).toHaveLength(0)
  expect(await log.sql`select from projections.orders`).toHaveLength(1)
})
