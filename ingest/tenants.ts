/**
 * Who may produce. A tenant comes from its API key alone, never from the body. Keys are kept as hashes: a look-up
 * by hash takes the same time whichever key was guessed.
 */
import { createHash } from 'node:crypto'
import { type } from 'arktype'

export type Tenant = {
  readonly id: string
  /** Events a minute; `unlimited` is said, never assumed; undefined takes the default. */
  readonly ratePerMinute: number | 'unlimited' | undefined
}

export type Tenants = {
  /** The tenant that a key belongs to, or undefined. */
  byKey(key: string): Tenant | undefined
}

export type ApiKey = { readonly tenant: Tenant; readonly keyHash: string }

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
    const [id = '', key = '', limit] = entry.split(':')
    const ratePerMinute = limit === undefined || limit === 'unlimited' ? limit : Number(limit)
    return { tenant: { id, ratePerMinute }, keyHash: hashOf(key) }
  })
}

export function makeTenants(keys: readonly ApiKey[]): Tenants {
  const byHash = new Map(keys.map(({ keyHash, tenant }) => [keyHash, tenant]))
  return {
    byKey: (key) => (key.length > 0 && key.length <= 255 ? byHash.get(hashOf(key)) : undefined),
  }
}
