/** How to reach Redis: a URL that may hold the password, and TLS. */
import { readFileSync } from 'node:fs'
import { type } from 'arktype'
import { type Config, optional, readableFile, setting } from './env.ts'

export const redisSettings = {
  redisUrl: setting(['REDIS_URL', 'REDIS_ADDR'], redisUrl, 'localhost:6379', {
    unit: 'redis://host:port, rediss://host:port or host:port',
    reason: 'where a Redis of a developer listens; rediss:// speaks TLS',
    secret: true,
  }),
  redisCaFile: setting('REDIS_TLS_CA_FILE', optional(readableFile), '', {
    unit: 'a readable PEM file',
    reason: "the authority of a rediss:// server's certificate; none means the system's",
  }),
} as const

type Given = Config<typeof redisSettings>
export type RedisConnection = Pick<Given, 'redisUrl'> & Partial<Given>

const url = type(/^rediss?:\/\/\S+$/)
const hostAndPort = type(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/)

/** Accepts `redis://…`, `rediss://…`, and the bare `host:port` that REDIS_ADDR holds. */
export function redisUrl(text: string): string | type.errors {
  if (text.includes('://')) return url(text)
  const address = hostAndPort(text)
  return typeof address === 'string' ? `redis://${address}` : address
}

/** What a client's socket needs for TLS; nothing when the URL alone decides. */
export function redisTls({ redisCaFile }: RedisConnection) {
  return redisCaFile === undefined
    ? {}
    : { tls: true as const, ca: readFileSync(redisCaFile, 'utf8') }
}
