import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDatabase } from './database.ts'
import { testAddresses } from './harness/addresses.ts'
import { freshDatabase } from './harness/database.ts'
import { migrate } from './migrate.ts'
import { withSql } from './sql.ts'

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
  expect(a.applied + b.applied).toBe(a.version)
  expect((await migrate(url)).applied).toBe(0)
})

test('a migration that fails leaves nothing behind', async () => {
  const url = await emptyDatabase()
  writeFileSync(join(folder, '001.do.good.sql'), 'create table good (n int);')
  writeFileSync(join(folder, '002.do.bad.sql'), 'create table half (n int); select nonsense;')
  await expect(migrate(url, folder)).rejects.toThrow('nonsense')
  const rows = await withSql(url, (sql) => sql`select to_regclass('good') as good`)
  expect(rows[0]?.good).toBeNull()
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
