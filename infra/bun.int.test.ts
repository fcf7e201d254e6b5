import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bun } from './bun.ts'
import { serviceCommand } from './service.ts'

const clone = mkdtempSync(join(tmpdir(), 'pulse-env-file-'))
afterAll(() => rmSync(clone, { recursive: true }))
writeFileSync(join(clone, '.env'), 'KAFKA_BROKERS=production:9092')
writeFileSync(join(clone, 'shown.ts'), 'console.log(process.env.KAFKA_BROKERS ?? "nothing")')
writeFileSync(
  join(clone, 'shown.test.ts'),
  'import "./shown.ts"; import { test } from "bun:test"; test("it", () => {})',
)

const { KAFKA_BROKERS: _, ...env } = process.env
const shown = (...command: string[]) =>
  Bun.spawnSync(command, { cwd: clone, env }).stdout.toString()

test.each([
  ['a script', ['shown.ts']],
  ['a test', ['test', 'shown.test.ts']],
])("%s sees nothing of the clone's .env", (_, args) => {
  expect(shown(...bun, ...args)).toContain('nothing')
})

test('a service sees only the environment that it is given', () => {
  for (const service of ['processor', 'admin'] as const)
    expect(serviceCommand(service, '')).toEqual([...bun, `${service}/main.ts`])
})
