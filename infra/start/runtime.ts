/** `.pulse/runtime.json`: where everything is while it runs. Load generators and tests read it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { developmentTenants } from '../service.ts'

export type Runtime = {
  readonly ingest: string
  readonly admin: string
  readonly processor: string
  /** `host:port` */
  readonly kafka: string
  readonly postgres: string
  readonly redis: string
  /** Tenant to API key. */
  readonly tenants: Readonly<Record<string, string>>
  readonly pids: Readonly<Record<string, number>>
}

/** Writes the file, readable by its owner only: it holds the database's password. */
export function publishRuntime(file: string, runtime: Omit<Runtime, 'tenants'>): void {
  const tenants = { ...developmentTenants, tenant_load: 'key_load' }
  rmSync(file, { force: true })
  writeFileSync(file, `${JSON.stringify({ ...runtime, tenants }, null, 2)}\n`, { mode: 0o600 })
}

/** What is running now according to the file; undefined when nothing says so. */
export function readRuntime(file: string): Runtime | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
