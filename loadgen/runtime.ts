/** What a running Pulse says of itself in `.pulse/runtime.json`. */
import { type } from 'arktype'
import { readRuntimeFile } from '../contracts/runtime-file.ts'

const runtimeShape = type({
  ingest: 'string',
  'grpc?': 'string',
  'admin?': 'string',
  'postgres?': 'string',
  tenants: type({ '[string]': 'string' }),
})

export type Runtime = typeof runtimeShape.infer

/** Undefined when there is no such file; throws when it is something else. */
export function readRuntime(file: string): Runtime | undefined {
  const found = readRuntimeFile(file)
  if (found.is === 'absent') return undefined
  if (found.is === 'unreadable') throw new Error(found.why)
  const read = runtimeShape(found.values)
  if (read instanceof type.errors) throw new Error(`${file}: ${read.summary}`)
  return read
}
