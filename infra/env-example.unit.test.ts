import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './bundle.ts'
import { envExample } from './env-example.ts'
import { readTables } from './settings-tables.ts'

test('.env.example is what the settings tables say', async () => {
  const written = readFileSync(join(root, '.env.example'), 'utf8')
  expect(written).toBe(envExample(await readTables()))
})

test('it names every setting once, and changes nothing as it is', async () => {
  const text = envExample(await readTables())
  const names = [...text.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const name of [
    'INGEST_PORT',
    'KAFKA_BROKERS',
    'REDIS_URL',
    'RATE_LIMIT_PER_MIN',
    'API_KEYS',
  ])
    expect(names).toContain(name)
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
})
