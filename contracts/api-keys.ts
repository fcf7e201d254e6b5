/** The keys that a development starts with: `API_KEYS`, read into hashes. */
import { type } from 'arktype'
import { hashOfApiKey } from './api-key.ts'

/** One entry of API_KEYS. */
export type ApiKey = {
  readonly tenantId: string
  readonly keyHash: string
  /** Undefined takes the default. */
  readonly eventsPerMinute: number | 'unlimited' | undefined
}

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
    return { tenantId, keyHash: hashOfApiKey(key), eventsPerMinute }
  })
}
