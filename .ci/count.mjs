/**
 * Prints what failed, again (4,000 characters of each), and `N passed, N failed, N skipped` from Bun's JUnit report, as
 * the last line of a run: of a long log only the end is kept or looked at. Fails when there is no report, when nothing
 * ran, or when something failed.
 */
import { readFileSync } from 'node:fs'

const mostCharacters = 4_000

const report = read(process.argv[2])
const total = /<testsuites\b[^>]*>/.exec(report)?.[0] ?? ''
const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(total)?.[1] ?? 0)

for (const failure of failuresIn(report)) process.stdout.write(`\n${failure}\n`)

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

/** `file: name`, and what was thrown; of each test case that holds more than its line. */
function failuresIn(xml) {
  return [...xml.matchAll(/<testcase\b([^>]*[^/>])>([\s\S]*?)<\/testcase>/g)].flatMap(
    ([, attributes, inside]) => {
      const thrown = /<(?:failure|error)\b[^>]*>([\s\S]*?)<\/(?:failure|error)>/.exec(inside)?.[1]
      if (thrown === undefined) return []
      const attribute = (name) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? ''
      return [
        textOf(`${attribute('file')}: ${attribute('name')}\n${thrown}`).slice(0, mostCharacters),
      ]
    },
  )
}

function textOf(xml) {
  const named = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return xml.replace(/&(?:#(\d+)|(\w+));/g, (whole, code, name) =>
    code ? String.fromCodePoint(Number(code)) : (named[name] ?? whole),
  )
}
