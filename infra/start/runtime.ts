/** `.pulse/runtime.json`: where everything is while it runs. Load generators and tests read it. */
import { rmSync, writeFileSync } from 'node:fs'
import { readRuntimeFile } from '../../contracts/runtime-file.ts'
import type { Part } from '../parts.ts'
import type { Given } from './given.ts'
import type { Own } from './stores.ts'

export type Runtime = {
  readonly ingest: string
  /** `host:port` of ingest's gRPC. */
  readonly grpc: string
  readonly admin: string
  readonly processor: string
  /** That one and every further instance of it. */
  readonly processors: readonly string[]
  /** Parts that were given to the start and belong to somebody, who may have more on them than this Pulse. */
  readonly given: readonly Part[]
  /** `host:port` */
  readonly kafka: string
  readonly postgres: string
  readonly redis: string
  /** Tenant to API key. */
  readonly tenants: Readonly<Record<string, string>>
  readonly pids: Readonly<Record<string, number>>
}

/**
 * Writes the file, readable by its owner only: it holds the database's password. `apiKeys` are in the words of API_KEYS;
 * undefined when they were given, and are not ours to write down.
 */
export function publishRuntime(
  file: string,
  runtime: Omit<Runtime, 'tenants'>,
  apiKeys: string | undefined,
): void {
  const pairs = apiKeys?.split(',').map((entry) => entry.split(':').slice(0, 2)) ?? []
  const tenants = Object.fromEntries(pairs)
  rmSync(file, { force: true })
  writeFileSync(file, `${JSON.stringify({ ...runtime, tenants }, null, 2)}\n`, { mode: 0o600 })
}

/** Where the stores are. What was given stands without its password: that stays where it was given. */
export function shownAddresses(own: Own, given: Given): Record<Part, string> {
  return {
    kafka: own.kafka ?? given.kafka?.brokers.join(',') ?? '',
    postgres: own.postgres ?? withoutPassword(given.postgres?.databaseUrl),
    redis: own.redis ?? withoutPassword(given.redis?.redisUrl),
  }
}

function withoutPassword(text = ''): string {
  const url = new URL(text)
  url.password = ''
  return url.href
}

/** What is running now according to the file; undefined when nothing says so. */
export function readRuntime(file: string): Runtime | undefined {
  const read = readRuntimeFile(file)
  return read.is === 'read' ? (read.values as Runtime) : undefined
}
