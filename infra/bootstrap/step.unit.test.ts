import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeSteps, reportFailure, StepFailure } from './step.mjs'

function paper() {
  let text = ''
  const write = (more: string) => {
    text += more
  }
  return { write, read: () => text }
}

test('a step is one line with its name, its time and what it says', async () => {
  const out = paper()
  const steps = makeSteps(out)
  const result = await steps.run('kafka', async () => ({ result: 7, detail: '127.0.0.1:9092' }))
  expect(result).toBe(7)
  expect(out.read()).toMatch(/^✓ kafka +\d+\.\d s {3}127\.0\.0\.1:9092\n$/)
})

test('a step that fails says so on its line and passes the error on', async () => {
  const out = paper()
  const failing = makeSteps(out).run('kafka', () => Promise.reject(new StepFailure('no java')))
  await expect(failing).rejects.toThrow('no java')
  expect(out.read()).toMatch(/^✗ kafka +\d+\.\d s\n$/)
})

test('a muted run prints nothing more', async () => {
  const out = paper()
  const steps = makeSteps(out)
  steps.mute()
  await steps.run('kafka', async () => ({ result: undefined }))
  expect(out.read()).toBe('')
})

test("a failure shows the log's tail, what is wrong and what to do", () => {
  const out = paper()
  const dir = mkdtempSync(join(tmpdir(), 'pulse-step-'))
  const log = join(dir, 'kafka.log')
  writeFileSync(log, `${Array.from({ length: 50 }, (_, n) => `line ${n}`).join('\n')}\n`)
  reportFailure(out, new StepFailure('kafka ended.', { log, advice: 'Delete it.' }))
  rmSync(dir, { recursive: true })
  const text = out.read()
  expect(text).toContain('│ line 49')
  expect(text).not.toContain('line 37\n')
  expect(text).toMatch(/kafka ended\.\n {2}Delete it\.\n/)
})
