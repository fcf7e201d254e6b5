import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDatabase } from './database.ts'
import { testAddresses } from './harness/addresses.ts'
import { freshDatabase } from './harness/database.ts'
import { lockIsAwaited } from './harness/locks.ts'
import { migrate, migrationsFolder, runsAlone } from './migrate.ts'
import { openSql, type Sql, withSql } from './sql.ts'

const { postgres } = testAddresses()
const folder = mkdtempSync(join(tmpdir(), 'pulse-migrations-'))
const databases: string[] = []
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await withSql(postgres, async (sql) => {
    for (const name of databases) await sql`drop database if exists ${sql(name)} with (force)`
  })
})

function emptyDatabase(): Promise<string> {
  const name = `migrate_${crypto.randomUUID().slice(0, 8)}`
  databases.push(name)
  return ensureDatabase(postgres, name)
}

test('two runs at once apply each migration once', async () => {
  const url = await emptyDatabase()
  const [a, b] = await Promise.all([migrate(url), migrate(url)])
  expect(a.applied + b.applied).toBe(readdirSync(migrationsFolder).length)
  expect((await migrate(url)).applied).toBe(0)
})

test('a migration that fails leaves those before it, and nothing of itself', async () => {
  const url = await emptyDatabase()
  writeFileSync(join(folder, '001.do.good.sql'), 'create table good (n int);')
  writeFileSync(join(folder, '002.do.bad.sql'), 'create table half (n int); select nonsense;')
  await expect(migrate(url, folder)).rejects.toThrow('nonsense')
  const found = (sql: Sql) => sql`
    select to_regclass('good') is not null as good, to_regclass('half') is not null as half,
           (select max(version)::int from schema_version) as version`
  expect((await withSql(url, found))[0]).toEqual({ good: true, half: false, version: 1 })
  writeFileSync(join(folder, '002.do.bad.sql'), 'create table half (n int);')
  expect(await migrate(url, folder)).toEqual({ applied: 1, version: 2 })
})

test('an index is built concurrently while another run waits', async () => {
  const url = await emptyDatabase()
  const concurrent = '-- no transaction\ncreate index concurrently if not exists t_n on t (n);'
  writeFileSync(join(folder, '001.do.good.sql'), 'create table t as select 1 as n;')
  writeFileSync(join(folder, '002.do.bad.sql'), concurrent)
  const [a, b] = await Promise.all([migrate(url, folder), migrate(url, folder)])
  expect(a.applied + b.applied).toBe(2)
  const valid = await withSql(
    url,
    (sql) => sql`select indisvalid from pg_index where indexrelid = 't_n'::regclass`,
  )
  expect(valid[0]).toEqual({ indisvalid: true })
})

test('an index whose build was cut off is built again', async () => {
  const url = await emptyDatabase()
  const concurrent =
    '-- no transaction\ncreate unique index concurrently if not exists t_n on t (n);'
  writeFileSync(
    join(folder, '001.do.good.sql'),
    'create table t as select 1 as n from generate_series(1, 2);',
  )
  writeFileSync(join(folder, '002.do.bad.sql'), concurrent)
  await expect(migrate(url, folder)).rejects.toThrow('could not create unique index')
  const valid = (sql: Sql) =>
    sql`select indisvalid from pg_index where indexrelid = 't_n'::regclass`
  expect((await withSql(url, valid))[0]).toEqual({ indisvalid: false })
  await withSql(url, (sql) => sql`delete from t where ctid = '(0,1)'`)
  await migrate(url, folder)
  expect((await withSql(url, valid))[0]).toEqual({ indisvalid: true })
})

test('a migration that waits for a table lets others at it, and is done when it gets it', async () => {
  const url = await emptyDatabase()
  writeFileSync(join(folder, '001.do.good.sql'), 'create table t (n int);')
  rmSync(join(folder, '002.do.bad.sql'), { force: true })
  await migrate(url, folder)
  writeFileSync(join(folder, '002.do.bad.sql'), 'alter table t add column m int;')
  const sql = openSql(url, 3)
  const migrating = await sql.begin(async (reader) => {
    await reader`lock table t in access share mode`
    const migrating = migrate(url, folder)
    await lockIsAwaited(sql, 't')
    await sql`insert into t values (1)` // behind the migration in the queue
    return { migrating }
  })
  expect(await migrating.migrating).toEqual({ applied: 1, version: 2 })
  expect(await sql`select n, m from t`).toEqual([{ n: 1, m: null }] as never)
  await sql.end()
})

test('only the first line takes a file out of its transaction', () => {
  expect(runsAlone('-- no transaction\ncreate index concurrently i on t (n);')).toBe(true)
  expect(runsAlone('create table t (n int);\n-- no transaction\n')).toBe(false)
  expect(runsAlone('-- no transaction is needed here\n')).toBe(false)
})

test('a migration that was edited after it was applied is refused', async () => {
  const url = await emptyDatabase()
  rmSync(join(folder, '002.do.bad.sql'), { force: true })
  writeFileSync(join(folder, '001.do.good.sql'), 'create table good (n int);')
  await migrate(url, folder)
  writeFileSync(join(folder, '001.do.good.sql'), 'create table good (n bigint);')
  await expect(migrate(url, folder)).rejects.toThrow('MD5 checksum failed')
})

test('a database that is newer than the code is refused', async () => {
  const database = await freshDatabase()
  await withSql(database.url, (sql) => sql`insert into schema_version (version) values (999)`)
  await expect(migrate(database.url)).rejects.toThrow('use newer code')
  await database.drop()
})
