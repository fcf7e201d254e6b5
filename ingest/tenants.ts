/**
 * Who may produce. A tenant comes from its API key alone, never from the body. Keys are kept as hashes: a look-up
 * by hash takes the same time whichever key was guessed.
 */
import { createHash } from 'node:crypto'
import { type } from 'arktype'
import type { Limit, Limits } from './quota.ts'

export type Tenant = {
  readonly id: string
  readonly limits: Limits
  /** `strict` refuses at once what the processor could not store; `quarantine` takes it, with a warning. */
  readonly validation: 'quarantine' | 'strict'
}

export type Tenants = {
  /** The tenant that a key belongs to, or undefined. */
  byKey(key: string): Tenant | undefined
}

/** One entry of API_KEYS. */
export type ApiKey = {
  readonly tenantId: string
  readonly keyHash: string
  /** Undefined takes the default. */
  readonly eventsPerMinute: Limit | undefined
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64')

const apiKey = type(/^[a-z0-9_-]{1,64}:[!-9;-~]{1,255}(:(\d{1,9}|unlimited))?$/)

const apiKeys = apiKey
  .array()
  .atLeastLength(1)
  .narrow((entries) => new Set(entries.map(keyIn)).size === entries.length)

const keyIn = (entry: string): string | undefined => entry.split(':')[1]

/** Reads `tenant:key[:events_per_minute|unlimited],…`. A tenant may have several keys, a key only one tenant. */
export function parseApiKeys(text: string): readonly ApiKey[] | type.errors {
  const entries = apiKeys(text.split(',').map((entry) => entry.trim()))
  if (entries instanceof type.errors) return entries
  return entries.map((entry) => {
    const [tenantId = '', key = '', limit] = entry.split(':')
    const eventsPerMinute = limit === undefined || limit === 'unlimited' ? limit : Number(limit)
    return { tenantId, keyHash: hashOf(key), eventsPerMinute }
  })
}

/** `defaults` are the limits of a tenant that names none of its own. */
export function makeTenants(keys: readonly ApiKey[], defaults: Limits): Tenants {
  const byHash = new Map(keys.map((key) => [key.keyHash, tenantOf(key, defaults)]))
  const known = new Map<string, Tenant>()
  return {
    byKey(key) {
      const found = known.get(key)
      if (found !== undefined) return found
      if (key.length === 0 || key.length > 255) return undefined
      const tenant = byHash.get(hashOf(key))
      // Bounded by the keys that exist: what is unknown is hashed each time.
      if (tenant !== undefined) known.set(key, tenant)
      return tenant
    },
  }
}

const tenantOf = (key: ApiKey, defaults: Limits): Tenant => ({
  id: key.tenantId,
  limits: {
    eventsPerMinute: key.eventsPerMinute ?? defaults.eventsPerMinute,
    bytesPerMinute: defaults.bytesPerMinute,
  },
  validation: 'quarantine',
})
