/** How `docker compose` is called for compose.yml: words and environment. Pure, except for the file's place. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Part } from '../parts.ts'

export const composeFile = join(import.meta.dirname, '..', 'compose.yml')

/** Names that compose.yml gives its containers: one set on a machine. */
export const containers: Readonly<Record<Part, string>> = {
  kafka: 'ep_kafka',
  postgres: 'ep_postgres',
  redis: 'ep_redis',
}

export type Compose = {
  /** Volumes and containers belong to it. */
  readonly project: string
  readonly ports: Readonly<Record<Part, number>>
  readonly postgresPassword: string
}

/** One project for each clone, so that two clones never share a volume. */
export function projectOf(clone: string): string {
  return `pulse-${createHash('sha256').update(clone).digest('hex').slice(0, 8)}`
}

export function composeCommand(
  { project }: Pick<Compose, 'project'>,
  args: readonly string[],
): [string, ...string[]] {
  return ['docker', 'compose', '--ansi', 'never', '-p', project, '-f', composeFile, ...args]
}

/** The variables that compose.yml reads. */
export function composeEnvironment({ ports, postgresPassword }: Compose): Record<string, string> {
  return {
    KAFKA_PORT: String(ports.kafka),
    POSTGRES_PORT: String(ports.postgres),
    REDIS_PORT: String(ports.redis),
    POSTGRES_USER: 'ep_user',
    POSTGRES_DB: 'event_platform',
    POSTGRES_PASSWORD: postgresPassword,
  }
}

/** Where each part answers on this machine. */
export function composeAddresses({ ports, postgresPassword }: Compose) {
  return {
    kafka: `127.0.0.1:${ports.kafka}`,
    postgres: `postgres://ep_user:${postgresPassword}@127.0.0.1:${ports.postgres}/event_platform`,
    redis: `redis://127.0.0.1:${ports.redis}`,
  }
}
