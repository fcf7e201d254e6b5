/** What a running Pulse says of itself in `.pulse/runtime.json`. */
import { readFileSync } from 'node:fs'
import { type } from 'arktype'

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
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const read = runtimeShape(JSON.parse(text))
  if (read instanceof type.errors) throw new Error(`${file}: ${read.summary}`)
  return read
}
