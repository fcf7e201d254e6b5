import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRuntimeFile } from './runtime-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'pulse-runtime-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'runtime.json')

test('a file that is not there, one that cannot be read and one that says nothing are three things', () => {
  expect(readRuntimeFile(file)).toEqual({ is: 'absent' })
  expect(readRuntimeFile(folder)).toMatchObject({ is: 'unreadable' })
  writeFileSync(file, '{"kafka":')
  expect(readRuntimeFile(file)).toEqual({ is: 'unreadable', why: `${file} is not JSON` })
  writeFileSync(file, '{"kafka":"127.0.0.1:9092"}')
  expect(readRuntimeFile(file)).toEqual({ is: 'read', values: { kafka: '127.0.0.1:9092' } })
})
