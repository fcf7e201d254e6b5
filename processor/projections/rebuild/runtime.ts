/** Where the Pulse that `npm start` runs has its Postgres, as `.pulse/runtime.json` says. */
import { readRuntimeFile, usualRuntimeFile } from '../../../contracts/runtime-file.ts'

/** A URL; undefined when Pulse is not running. Throws when the file says something else. */
export function databaseOfRuntime(file = usualRuntimeFile): string | undefined {
  const read = readRuntimeFile(file)
  if (read.is === 'absent') return undefined
  if (read.is === 'unreadable') throw new Error(read.why)
  const { postgres } = read.values
  if (typeof postgres === 'string' && postgres !== '') return postgres
  throw new Error(`${file} does not say where Postgres is`)
}
