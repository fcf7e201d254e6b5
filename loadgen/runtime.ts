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

export type RuntimeRead =
  /** Undefined when there is no such file. */
  | { readonly ok: true; readonly runtime: Runtime | undefined }
  /** A sentence that names the file. */
  | { readonly ok: false; readonly why: string }

export function readRuntime(file: string): RuntimeRead {
  const found = readRuntimeFile(file)
  if (found.is === 'absent') return { ok: true, runtime: undefined }
  if (found.is === 'unreadable') return { ok: false, why: found.why }
  const runtime = runtimeShape(found.values)
  if (runtime instanceof type.errors) return { ok: false, why: `${file}: ${runtime.summary}` }
  return { ok: true, runtime }
}
