import { afterAll, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { until } from '../harness/until.ts'
import { openSql, withSql } from '../sql.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-native-'))
chmodSync(dir, 0o711)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('a Postgres that was killed comes back on the same port with what was committed', async () => {
  const place = { dir: join(dir, 'pg'), port: await freePort(), log: join(dir, 'pg.log') }
  const first = await startPostgres(place)
  await withSql(first.url, (sql) => sql`create table kept as select 7 as n`)
  await whileItWorks(first.url, () => first.kill('SIGKILL'))
  expect((await first.ended).signal).toBe('SIGKILL')

  const second = await startPostgres(place)
  expect(second.url).toBe(first.url)
  const rows = await withSql(second.url, (sql) => sql<{ n: number }[]>`select n from kept`)
  expect(rows[0]?.n).toBe(7)
  await second.stop()
  expect((await second.ended).code).toBe(0)
})

/** Does so while a session is at what it was asked, which it goes on with for two seconds, whatever happens. */
async function whileItWorks(url: string, work: () => void): Promise<void> {
  const sql = openSql(url, 2)
  const spin = `do $$
    declare ends timestamptz := clock_timestamp() + interval '2 seconds';
    begin while clock_timestamp() < ends loop end loop; end $$`
  sql.unsafe(spin).catch(() => undefined) // whether it is told of its end or not
  await until('it works', async () => {
    const found =
      await sql`select from pg_stat_activity where query like 'do %' and state = 'active'`
    return found.length > 0
  })
  work()
  await sql.end({ timeout: 0 })
}

test('a server does not start where somebody else answers already', async () => {
  const place = { dir: join(dir, 'redis'), port: await freePort(), log: join(dir, 'redis.log') }
  const redis = await startRedis(place)
  const rival = startRedis({ ...place, dir: join(dir, 'rival'), log: join(dir, 'rival.log') })
  await expect(rival).rejects.toThrow(`port ${place.port} is taken`)
  await redis.stop()
})

test('a server that cannot start fails with its log', async () => {
  const damaged = join(dir, 'damaged')
  mkdirSync(join(damaged, 'appendonlydir'), { recursive: true })
  writeFileSync(join(damaged, 'appendonlydir', 'appendonly.aof.manifest'), 'nonsense')
  const log = join(dir, 'damaged.log')
  const starting = startRedis({ dir: damaged, port: await freePort(), log })
  await expect(starting).rejects.toMatchObject({ name: 'StepFailure', log })
  expect(readFileSync(log, 'utf8')).toContain('manifest')
})
