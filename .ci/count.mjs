/**
 * Prints `N passed, N failed, N skipped` from Bun's JUnit report, as the last line of a run. Fails when there is no
 * report, when nothing ran, or when something failed.
 */
import { readFileSync } from 'node:fs'

const report = read(process.argv[2])
const total = /<testsuites\b[^>]*>/.exec(report)?.[0] ?? ''
const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(total)?.[1] ?? 0)

const failed = count('failures') + count('errors')
const skipped = count('skipped')
const passed = count('tests') - failed - skipped
process.stdout.write(
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
)
process.exitCode = passed > 0 && failed === 0 ? 0 : 1

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    process.stderr.write(`no test report: ${error.message}\n`)
    return ''
  }
}
