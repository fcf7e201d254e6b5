import { afterAll, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../ports.ts'
import { withSql } from '../sql.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-native-'))
chmodSync(dir, 0o711)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('a Postgres that was killed comes back on the same port with what was committed', async () => {
  const place = { dir: join(dir, 'pg'), port: await freePort(), log: join(dir, 'pg.log') }
  const first = await startPostgres(place)
  await withSql(first.url, (sql) => sql`create table kept as select 7 as n`)
  first.kill('SIGKILL')
  expect((await first.ended).signal).toBe('SIGKILL')

  const second = await startPostgres(place)
  expect(second.url).toBe(first.url)
  const rows = await withSql(second.url, (sql) => sql<{ n: number }[]>`select n from kept`)
  expect(rows[0]?.n).toBe(7)
  await second.stop()
  expect((await second.ended).code).toBe(0)
})

test('a server that cannot start fails with the tail of its log', async () => {
  const place = { dir: join(dir, 'redis'), port: await freePort(), log: join(dir, 'redis.log') }
  const redis = await startRedis(place)
  const rival = startRedis({ ...place, dir: join(dir, 'rival'), log: join(dir, 'rival.log') })
  await expect(rival).rejects.toMatchObject({ name: 'StepFailure', log: join(dir, 'rival.log') })
  await redis.stop()
})
