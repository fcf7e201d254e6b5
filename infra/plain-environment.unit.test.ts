import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './bundle.ts'
import { withoutServiceSettings } from './plain-environment.ts'

const without = (...names: string[]) =>
  withoutServiceSettings(Object.fromEntries(names.map((name) => [name, 'x'])))

test('no setting of a service is left, nor the name of a file with its secret', () => {
  const example = readFileSync(join(root, '.env.example'), 'utf8')
  const names = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => String(name))
  expect(names.length).toBeGreaterThan(40)
  expect(without(...names, ...names.map((name) => `${name}_FILE`))).toEqual({})
})

test('neither are older names, keys of tools, and what clients read by themselves', () => {
  const names = ['REDIS_ADDR', 'PULSE_API_KEY', 'PGHOST', 'PGPASSFILE', 'OTEL_SERVICE_NAME']
  expect(without(...names)).toEqual({})
})

test('everything else is', () => {
  const others = { PATH: '/bin', CI: 'true', PULSE_CACHE_DIR: '/c', PULSE_TEST_KAFKA: 'k', PG: '1' }
  expect(withoutServiceSettings({ ...others, EMPTY: undefined })).toEqual(others)
})
