/** What a bench ran on, without a name of the machine. */
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { answerOf } from '../bootstrap/run.mjs'
import { root } from '../bundle.ts'
import type { Sql } from '../sql.ts'

export type Machine = {
  readonly cores: number
  readonly processor: string
  readonly memoryGiB: number
  readonly kernel: string
  /** How many processes wanted to run in the minute before: what else the machine was doing. */
  readonly loadBefore: number
}

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release().split('-')[0] ?? '',
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
  }
}

export function runtimeVersions(): Record<string, string> {
  const node = answerOf('node', ['--version'])?.replace(/^v/, '') ?? 'unknown'
  return { Node: node, Bun: Bun.version }
}

/** Of the servers that ingest talks to. */
export function frontVersions(): Record<string, string> {
  const pom = readFileSync(join(root, 'infra', 'native', 'kafka.pom.xml'), 'utf8')
  const redis = answerOf('redis-server', ['--version'])
  return {
    Kafka: /kafka_[\d.]+<\/artifactId>\s*<version>([^<]+)/.exec(pom)?.[1] ?? 'unknown',
    Redis: /v=(\S+)/.exec(redis ?? '')?.[1] ?? 'unknown',
  }
}

export async function postgresVersion(sql: Sql): Promise<string> {
  const [row] = await sql<{ version: string }[]>`
    select current_setting('server_version') as version`
  // A distribution adds its own.
  return row?.version.split(' ')[0] ?? 'unknown'
}

/** What was measured; with `+` when files differ from it, so that no commit holds it. Undefined outside of a repository. */
export function commitOfClone(): string | undefined {
  const git = (...args: string[]) => answerOf('git', args, { cwd: root })
  const commit = git('rev-parse', '--short=10', 'HEAD')
  const changed = git('status', '--porcelain', '--', ':!docs')
  return commit && `${commit}${changed ? '+' : ''}`
}
