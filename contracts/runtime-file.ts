/** What the Pulse that `npm start` runs says of itself in `.pulse/runtime.json`: where everything is. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type } from 'arktype'
import { reasonOf } from './reason.ts'

export const usualRuntimeFile = join(import.meta.dirname, '..', '.pulse', 'runtime.json')

export type RuntimeFile =
  /** There is no such file: Pulse is not running. */
  | { readonly is: 'absent' }
  /** A sentence that names the file. */
  | { readonly is: 'unreadable'; readonly why: string }
  | { readonly is: 'read'; readonly values: Readonly<Record<string, unknown>> }

const anObject = type('string.json.parse').to('object')

export function readRuntimeFile(file: string): RuntimeFile {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (err) {
    const isAbsent = (err as { code?: unknown }).code === 'ENOENT'
    return isAbsent
      ? { is: 'absent' }
      : { is: 'unreadable', why: `${file} cannot be read: ${reasonOf(err)}` }
  }
  const values = anObject(text)
  if (values instanceof type.errors) return { is: 'unreadable', why: `${file} is not JSON` }
  return { is: 'read', values: values as Readonly<Record<string, unknown>> }
}
