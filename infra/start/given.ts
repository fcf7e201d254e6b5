/**
 * The parts whose addresses the environment gives, read with the services' own settings: the same names, files with
 * secrets, TLS and SASL. Nothing is connected here.
 */
import { readFileSync } from 'node:fs'
import { readSettings, type Settings, withSecretsFromFiles } from '../../contracts/env.ts'
import {
  type KafkaConnection,
  kafkaProblems,
  kafkaSettings,
} from '../../contracts/kafka-connection.ts'
import { type PostgresConnection, postgresSettings } from '../../contracts/postgres-connection.ts'
import { type RedisConnection, redisSettings } from '../../contracts/redis-connection.ts'
import type { Part } from '../parts.ts'

type Env = Readonly<Record<string, string | undefined>>

export type Given = {
  readonly kafka?: KafkaConnection
  readonly postgres?: PostgresConnection
  readonly redis?: RedisConnection
}

const settingsOf = { kafka: kafkaSettings, postgres: postgresSettings, redis: redisSettings }
const addressesOf = {
  kafka: ['KAFKA_BROKERS'],
  postgres: ['DATABASE_URL'],
  redis: ['REDIS_URL', 'REDIS_ADDR'],
} as const satisfies Record<Part, readonly string[]>

/** Which parts the environment gives an address of, by value or as `_FILE`. */
export function givenParts(env: Env): ReadonlySet<Part> {
  const isGiven = (part: Part) =>
    addressesOf[part].some((name) => env[name]?.trim() || env[`${name}_FILE`]?.trim())
  return new Set((Object.keys(addressesOf) as Part[]).filter(isGiven))
}

/** How to reach the given parts, or every problem of their settings. */
export function readGiven(env: Env): { given: Given; problems: readonly string[] } {
  const asked = givenParts(env)
  const problems: string[] = []
  const read = <S extends Settings>(part: Part, table: S) => {
    if (!asked.has(part)) return undefined
    const filled = withSecretsFromFiles(table, env, (path) => readFileSync(path, 'utf8'))
    const found = readSettings(table, filled.env)
    problems.push(...filled.problems, ...(found.ok ? [] : found.problems))
    return found.ok ? found.config : undefined
  }
  const kafka = read('kafka', kafkaSettings)
  const postgres = read('postgres', postgresSettings)
  const redis = read('redis', redisSettings)
  if (kafka) problems.push(...kafkaProblems(kafka))
  return {
    given: { ...(kafka && { kafka }), ...(postgres && { postgres }), ...(redis && { redis }) },
    problems,
  }
}

/**
 * `env` without what would point a part that is not given somewhere else, or speak TLS to it: a password for another
 * Kafka is no use to the one that this start brings up.
 */
export function withoutConnectionsOf(parts: readonly Part[], env: Env): Env {
  const names = parts.flatMap((part) =>
    Object.values<{ env: readonly string[] }>(settingsOf[part]).flatMap((declared) => declared.env),
  )
  const dropped = new Set(names.flatMap((name) => [name, `${name}_FILE`]))
  return Object.fromEntries(Object.entries(env).filter(([name]) => !dropped.has(name)))
}
