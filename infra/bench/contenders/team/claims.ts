/**
 * Claims and the count of a minute in Redis, in one script a request; ioredis puts the commands of one turn of the event
 * loop into one pipeline. Without Redis events are taken all the same.
 */
import { Redis, type Result } from 'ioredis'

export type Claim = {
  readonly tenantId: string
  readonly idempotencyKey: string
  readonly requestId: string
  readonly fingerprint: string
}

export type Taken =
  | { readonly kind: 'taken' | 'pending' | 'reused' | 'limited' | 'unavailable' }
  | { readonly kind: 'done'; readonly requestId: string }

declare module 'ioredis' {
  interface RedisCommander<Context> {
    take(...words: string[]): Result<string[], Context>
    confirm(...words: string[]): Result<number, Context>
    release(...words: string[]): Result<number, Context>
  }
}

const leaseMs = 30_000
const doneSeconds = 1800

const takeLua = `
local used = redis.call('incr', KEYS[1])
if used == 1 then redis.call('expire', KEYS[1], 120) end
local limit = tonumber(ARGV[1])
if limit >= 0 and used > limit then return { 'limited' } end
local held = redis.call('get', KEYS[2])
if not held then
  redis.call('set', KEYS[2], 'pending ' .. ARGV[2] .. ' ' .. ARGV[3], 'px', ARGV[4])
  return { 'taken' }
end
local state, request_id, fingerprint = string.match(held, '^(%a+) (%S+) (%S+)$')
if fingerprint ~= ARGV[3] then return { 'reused' } end
return { state, request_id }`

const confirmLua = `
local held = redis.call('get', KEYS[1])
if held and not string.find(held, ARGV[2], 1, true) then return 0 end
redis.call('set', KEYS[1], 'done ' .. ARGV[1] .. ' ' .. ARGV[2], 'ex', ARGV[3])
return 1`

const releaseLua = `
if redis.call('get', KEYS[1]) == 'pending ' .. ARGV[1] .. ' ' .. ARGV[2] then
  return redis.call('del', KEYS[1])
end
return 0`

export function openClaims(url: string) {
  const redis = new Redis(url, {
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 500,
    lazyConnect: false,
  })
  redis.on('error', () => undefined) // Told by the readiness probe; events are taken without claims.
  redis.defineCommand('take', { numberOfKeys: 2, lua: takeLua })
  redis.defineCommand('confirm', { numberOfKeys: 1, lua: confirmLua })
  redis.defineCommand('release', { numberOfKeys: 1, lua: releaseLua })
  return {
    /** Resolves once Redis answers: before, whatever is asked is unavailable. */
    ready: new Promise<void>((resolve) => void redis.once('ready', resolve)),
    /** Counts one event against the tenant's minute and takes the claim on its key. */
    async take(claim: Claim, limit: number | undefined): Promise<Taken> {
      const minute = `rl:${claim.tenantId}:${Math.floor(Date.now() / 60_000)}`
      const { requestId, fingerprint } = claim
      try {
        const words = [minute, keyOf(claim), String(limit ?? -1), requestId, fingerprint]
        const [kind, first = ''] = await redis.take(...words, String(leaseMs))
        return kind === 'done' ? { kind, requestId: first } : ({ kind } as Taken)
      } catch {
        return { kind: 'unavailable' }
      }
    },
    /** The broker has acknowledged the event. Nobody waits for it. */
    confirm(claim: Claim): void {
      const words = [keyOf(claim), claim.requestId, claim.fingerprint, String(doneSeconds)]
      redis.confirm(...words).catch(() => undefined)
    },
    release(claim: Claim): void {
      redis.release(keyOf(claim), claim.requestId, claim.fingerprint).catch(() => undefined)
    },
  }
}

const keyOf = (claim: Claim): string => `idem:${claim.tenantId}:${claim.idempotencyKey}`
