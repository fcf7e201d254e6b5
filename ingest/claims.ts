/**
 * The first layer of idempotency: a claim in Redis on (tenant, key), taken with the quota in one call.
 * Promises: while Redis keeps it, one request at a time produces a key, and a repeat learns the first request's id.
 * Refuses to decide what the absence of Redis means: it answers `unavailable` within its deadline, and the ledger
 * removes the repeats. After a missed deadline Redis is left alone for a second, so that a slow one costs little.
 */
import { createClient } from '@redis/client'
import type { Log } from '../contracts/log.ts'
import confirmLua from './confirm.lua' with { type: 'text' }
import { minuteOf } from './quota.ts'
import { lua } from './redis-script.ts'
import releaseLua from './release.lua' with { type: 'text' }
import takeLua from './take.lua' with { type: 'text' }

export type Claim = {
  readonly tenantId: string
  readonly idempotencyKey: string
  readonly requestId: string
  readonly fingerprint: string
}

export type Taken =
  | { readonly kind: 'taken' | 'limited' | 'reused' | 'pending' | 'counted'; readonly used: number }
  | { readonly kind: 'done'; readonly used: number; readonly requestId: string }
  | { readonly kind: 'unavailable' }

export type Claims = {
  /** Counts one event, and takes the claim unless it is undefined. `limit` -1 is unlimited. */
  take(tenantId: string, claim: Claim | undefined, limit: number, nowMs: number): Promise<Taken>
  /** The broker has acknowledged the event. False when Redis could not be told. */
  confirm(claim: Claim): Promise<boolean>
  /** The event is definitely not in Kafka. False when Redis could not be told. */
  release(claim: Claim): Promise<boolean>
  /** Round trip now; rejects when Redis does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** A claim outlives Kafka's delivery timeout (20 s), which outlives the answer's deadline (5 s). */
export const leaseMs = 30_000
const deadlineMs = 250
const restMs = 1000

export async function openClaims(
  options: { url: string; doneTtlSeconds: number },
  log: Log,
): Promise<Claims> {
  const client = createClient({
    url: options.url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 1000, reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, 1000) },
    scripts: { take: lua(takeLua, 2), confirm: lua(confirmLua, 1), release: lua(releaseLua, 1) },
  })
  let lastFault = ''
  client.on('error', (err: Error) => {
    if (err.message === lastFault) return
    lastFault = err.message
    log.warn({ err }, 'redis unavailable: accepting without claims')
  })
  client.on('ready', () => {
    lastFault = ''
    log.info({}, 'redis connected')
  })
  // Not awaited: ingest accepts events without Redis, and the client keeps trying.
  client.connect().catch((err) => log.warn({ err }, 'redis connection given up'))

  let restUntil = 0
  const within = async <T>(call: () => Promise<T>): Promise<T | undefined> => {
    if (!client.isReady || performance.now() < restUntil) return undefined
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        restUntil = performance.now() + restMs
        resolve(undefined)
      }, deadlineMs)
    })
    try {
      return await Promise.race([call(), late])
    } catch (err) {
      log.debug({ err }, 'redis call failed')
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    async take(tenantId, claim, limit, nowMs) {
      const keys = [`rl:${tenantId}:${minuteOf(nowMs)}`, claim ? claimKey(claim) : '']
      const reply = await within(() =>
        client.take(keys, [
          String(limit),
          claim?.requestId ?? '',
          claim?.fingerprint ?? '',
          String(leaseMs),
        ]),
      )
      return reply === undefined ? { kind: 'unavailable' } : readTaken(reply)
    },
    async confirm(claim) {
      const values = [claim.requestId, claim.fingerprint, String(options.doneTtlSeconds)]
      return (await within(() => client.confirm([claimKey(claim)], values))) !== undefined
    },
    async release(claim) {
      const values = [claim.requestId, claim.fingerprint]
      return (await within(() => client.release([claimKey(claim)], values))) !== undefined
    },
    async ping() {
      if ((await within(() => client.ping())) === undefined) throw new Error('no answer from Redis')
    },
    async close() {
      client.destroy()
    },
  }
}

const claimKey = (claim: Claim): string => `idem:${claim.tenantId}:${claim.idempotencyKey}`

function readTaken(reply: unknown): Taken {
  const [kind, used, requestId] = reply as [string, number, string?]
  if (kind === 'done') return { kind, used, requestId: requestId ?? '' }
  if (
    kind === 'taken' ||
    kind === 'limited' ||
    kind === 'reused' ||
    kind === 'pending' ||
    kind === 'counted'
  )
    return { kind, used }
  return { kind: 'unavailable' }
}
