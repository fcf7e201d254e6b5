import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRuntime } from './runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'pulse-runtime-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'runtime.json')

test('a file that is not there is no Pulse that runs', () => {
  expect(readRuntime(file)).toEqual({ ok: true, runtime: undefined })
})

test.each([
  ['is broken', '{"ingest":', 'is not JSON'],
  ['says something else', '{"ingest":1,"tenants":{}}', 'ingest must be a string'],
])('one that %s is named, with what is wrong', (_, text, wrong) => {
  writeFileSync(file, text)
  const read = readRuntime(file)
  const why = read.ok ? '' : read.why
  expect(why).toStartWith(file)
  expect(why).toContain(wrong)
})

test('what it says is read', () => {
  const runtime = { ingest: 'http://127.0.0.1:1', tenants: { tenant_a: 'key_a' } }
  writeFileSync(file, JSON.stringify(runtime))
  expect(readRuntime(file)).toEqual({ ok: true, runtime })
})
