/** What `.ci/count.mjs` makes of Bun's report: the last lines that somebody sees of a run. */
import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './bundle.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-count-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function count(report: string) {
  const file = join(dir, 'report.xml')
  writeFileSync(file, report)
  const { stdout, exitCode } = Bun.spawnSync(['node', join(root, '.ci/count.mjs'), file])
  return { said: stdout.toString(), exitCode }
}

test('a run without failures is one line', () => {
  const report = `<testsuites tests="3" failures="0" skipped="1"><testcase name="a &gt; b" file="a.test.ts" /></testsuites>`
  expect(count(report)).toEqual({ said: '2 passed, 0 failed, 1 skipped\n', exitCode: 0 })
})

test('what failed is told with its file and what was thrown, before the count', () => {
  const { said, exitCode } = count(`<testsuites tests="3" failures="2" skipped="0">
    <testcase name="fine" file="a.test.ts" />
    <testcase name="x" file="a.test.ts"><failure type="Error" message="m">Error: &lt;a&gt; &amp; &quot;b&quot;&#10;at a.test.ts:1</failure></testcase>
    <testcase name="y" file="b.test.ts"><failure>${'y'.repeat(9_000)}</failure></testcase></testsuites>`)
  expect(said).toStartWith('\na.test.ts: x\nError: <a> & "b"\nat a.test.ts:1\n\nb.test.ts: y\nyyy')
  expect(said).toEndWith('y\n1 passed, 2 failed\n')
  expect(said.length).toBeLessThan(4_200)
  expect(exitCode).toBe(1)
})

test('no tests, or no report, is a failure', () => {
  expect(count('')).toEqual({ said: '0 passed, 0 failed\n', exitCode: 1 })
})
