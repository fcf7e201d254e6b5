/**
 * Who may produce. A tenant comes from its API key alone, never from the body: control decides, and API_KEYS of the keys
 * that control does not know. Keys are kept as hashes, and a look-up by hash takes the same time whichever key was
 * guessed. For speed, keys that were found are remembered, until control changes; what is unknown never is.
 */
import { hashOfApiKey } from '../contracts/api-key.ts'
import type { ApiKey } from '../contracts/api-keys.ts'
import type { Validation } from '../contracts/control.ts'
import { type ControlState, entityIn, isLive } from '../contracts/control-state.ts'
import type { Limits } from './quota.ts'

/** The same object for as long as nothing about the tenant changes. */
export type Tenant = {
  readonly id: string
  readonly limits: Limits
  /** `strict` refuses at once what the processor could not store; `quarantine` takes it, with a warning. */
  readonly validation: Validation
}

/** Why there is no tenant: the key is unknown, revoked or a disabled tenant's; or it cannot be known yet. */
export type Stranger = 'unknown' | 'not loaded'

export type Tenants = {
  byKey(key: string): Tenant | Stranger
}

type Deps = {
  readonly apiKeys: readonly ApiKey[]
  /** What control says now; undefined until it is loaded. */
  readonly control: () => ControlState | undefined
  readonly now: () => number
}

/** A tenant found by its key, and when the key ends. */
type Found = { readonly tenant: Tenant; readonly untilMs: number }

/** `defaults` are the limits of a tenant that names none of its own. */
export function makeTenants({ apiKeys, control, now }: Deps, defaults: Limits): Tenants {
  const given = new Map(apiKeys.map((key) => [key.keyHash, key]))
  const same = makeSame()
  let state: ControlState | undefined
  const known = new Map<string, Found>()

  const find = (state: ControlState, key: string): Found | undefined => {
    const hash = hashOfApiKey(key)
    const inControl = entityIn(state, 'key', hash)
    if (inControl !== undefined && !isLive(inControl, now())) return undefined
    const inEnvironment = inControl === undefined ? given.get(hash) : undefined
    const id = inControl?.tenant_id ?? inEnvironment?.tenantId
    if (id === undefined) return undefined
    const tenant = entityIn(state, 'tenant', id)
    if (tenant?.disabled) return undefined
    const limit = entityIn(state, 'limit', id)
    const limits = {
      eventsPerMinute:
        limit?.events_per_minute ?? inEnvironment?.eventsPerMinute ?? defaults.eventsPerMinute,
      bytesPerMinute: limit?.bytes_per_minute ?? defaults.bytesPerMinute,
    }
    const end = inControl?.expires_at
    return {
      tenant: same({ id, limits, validation: tenant?.validation ?? 'quarantine' }),
      untilMs: end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end),
    }
  }

  return {
    byKey(key) {
      const current = control()
      if (current === undefined) return 'not loaded'
      if (current !== state) {
        state = current
        known.clear()
      }
      let found = known.get(key)
      if (found === undefined) {
        if (key.length === 0 || key.length > 255) return 'unknown'
        found = find(current, key)
        if (found === undefined) return 'unknown'
        // Bounded by the keys that there are.
        known.set(key, found)
      }
      if (found.untilMs !== Number.POSITIVE_INFINITY && now() >= found.untilMs) return 'unknown'
      return found.tenant
    },
  }
}

/** Gives the tenant that it was given before, where the two are alike. Bounded by what tenants there have been. */
function makeSame(): (tenant: Tenant) => Tenant {
  const all = new Map<string, Tenant>()
  return (tenant) => {
    const { id, limits, validation } = tenant
    const name = `${id} ${limits.eventsPerMinute} ${limits.bytesPerMinute} ${validation}`
    const before = all.get(name)
    if (before !== undefined) return before
    all.set(name, tenant)
    return tenant
  }
}
