import { type } from 'arktype'

const url = type(/^rediss?:\/\/\S+$/)
const hostAndPort = type(/^[^\s:/]+:\d{1,5}$/)

/** Accepts `redis://…`, `rediss://…`, and the bare `host:port` that REDIS_ADDR holds. */
export function redisUrl(text: string): string | type.errors {
  if (text.includes('://')) return url(text)
  const address = hostAndPort(text)
  return typeof address === 'string' ? `redis://${address}` : address
}
