/** Where the Pulse that `npm start` runs has its Postgres, as `.pulse/runtime.json` says. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type } from 'arktype'

const file = join(import.meta.dirname, '..', '..', '..', '.pulse', 'runtime.json')
const runtime = type('string.json.parse').to({ postgres: 'string > 0' })

/** A URL; undefined when Pulse is not running. */
export function databaseOfRuntime(): string | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const read = runtime(text)
  return read instanceof type.errors ? undefined : read.postgres
}
