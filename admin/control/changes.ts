/**
 * Changes to tenants, keys and limits, each decided on the state that it is made to: what has to be published, or why
 * nothing may be. Every entity that is published is one version further. Pure.
 */
import { apiKeyId } from '../../contracts/api-key.ts'
import {
  type ControlEntity,
  type Entity,
  pipelineId,
  type Validation,
} from '../../contracts/control.ts'
import { type ControlState, entitiesIn, entityIn, isLive } from '../../contracts/control-state.ts'

export type Change =
  | { readonly is: 'publish'; readonly entities: readonly ControlEntity[] }
  /** It is so already. */
  | { readonly is: 'nothing' }
  | { readonly is: 'refused'; readonly code: ChangeRefusal; readonly message: string }

export type ChangeRefusal =
  | 'NO_SUCH_TENANT'
  | 'NO_SUCH_KEY'
  | 'NAME_TAKEN'
  | 'KEY_OF_ANOTHER_TENANT'

/** Creates the tenant, or changes what is given. */
export function setTenant(
  state: ControlState,
  id: string,
  given: { readonly disabled?: boolean; readonly validation?: Validation },
): Change {
  const fresh = {
    kind: 'tenant',
    version: 0,
    id,
    disabled: false,
    validation: 'quarantine',
  } as const
  const known = entityIn(state, 'tenant', id)
  const base = known ?? fresh
  const { disabled = base.disabled, validation = base.validation } = given
  return publish([known, { ...base, disabled, validation }])
}

/** Stops processors, or lets them go on; a reason belongs to a pause. */
export function setPaused(state: ControlState, paused: boolean, reason?: string): Change {
  const known = entityIn(state, 'pipeline', pipelineId)
  const fresh: Entity<'pipeline'> = { kind: 'pipeline', version: 0, paused: false }
  const { kind, version } = known ?? fresh
  return publish([known ?? fresh, { kind, version, paused, ...(paused && reason && { reason }) }])
}

/** `default` takes a limit of its own away. */
export function setLimit(
  state: ControlState,
  tenantId: string,
  given: { readonly events?: Limit | 'default'; readonly bytes?: Limit | 'default' },
): Change {
  if (!entityIn(state, 'tenant', tenantId)) return noSuchTenant(tenantId)
  const none: Entity<'limit'> = { kind: 'limit', version: 0, tenant_id: tenantId }
  const known = entityIn(state, 'limit', tenantId) ?? none
  const { events_per_minute = 'default', bytes_per_minute = 'default', ...rest } = known
  const { events = events_per_minute, bytes = bytes_per_minute } = given
  const next = {
    ...rest,
    ...(events === 'default' ? {} : { events_per_minute: events }),
    ...(bytes === 'default' ? {} : { bytes_per_minute: bytes }),
  }
  return publish([known, next])
}

export type Limit = number | 'unlimited'

/** A new key: its hash, and the instant at which it is made. */
export type NewKey = { readonly hash: string; readonly now: Date }

export function createKey(
  state: ControlState,
  tenantId: string,
  name: string,
  made: NewKey,
): Change {
  if (!entityIn(state, 'tenant', tenantId)) return noSuchTenant(tenantId)
  if (liveKeys(state, tenantId, made.now).some((key) => key.name === name))
    return refused(
      'NAME_TAKEN',
      `${tenantId} has a key named ${name} already: rotate it, or choose another name`,
    )
  return publish([undefined, keyOf(tenantId, name, made)])
}

/** A new key of the same name; the old one ends after the overlap, in milliseconds. */
export function rotateKey(
  state: ControlState,
  tenantId: string,
  which: string,
  made: NewKey & { readonly overlapMs: number },
): Change {
  const found = keysCalled(state, tenantId, which, made.now)
  // During an overlap two keys have the name: the one that is ending has been rotated already.
  const old = found.find((key) => key.expires_at === undefined) ?? found[0]
  if (!old) return noSuchKey(tenantId, which)
  const end = new Date(made.now.getTime() + made.overlapMs).toISOString()
  const sooner = old.expires_at !== undefined && old.expires_at < end ? old.expires_at : end
  const ending = made.overlapMs === 0 ? { ...old, revoked: true } : { ...old, expires_at: sooner }
  return publish([undefined, keyOf(tenantId, old.name, made)], [old, ending])
}

/** Revokes the key with this id, or all keys with this name: nobody wants to leave one of them. */
export function revokeKey(state: ControlState, tenantId: string, which: string, now: Date): Change {
  const found = keysCalled(state, tenantId, which, now)
  if (found.length > 0) return publish(...found.map((key) => [key, revoked(key)] as const))
  const ended = keysOf(state, tenantId).some((key) => isCalled(key, which))
  return ended ? { is: 'nothing' } : noSuchKey(tenantId, which)
}

/**
 * Revokes a key by its text. One that control does not know may be in ingest's API_KEYS: its record refuses it there.
 */
export function revokeKeyText(
  state: ControlState,
  tenantId: string,
  { hash, now }: NewKey,
): Change {
  const known = entityIn(state, 'key', hash)
  if (known && known.tenant_id !== tenantId)
    return refused(
      'KEY_OF_ANOTHER_TENANT',
      `this key is not ${tenantId}’s: it is ${known.name} (${apiKeyId(hash)}) of ${known.tenant_id}`,
    )
  return publish([known, revoked(known ?? keyOf(tenantId, 'API_KEYS', { hash, now }))])
}

/** Each entity after its change, one version further; those that stay as they are left out. */
function publish(
  ...changes: (readonly [before: ControlEntity | undefined, after: ControlEntity])[]
): Change {
  const entities = changes
    .filter(([before, after]) => before === undefined || !isSame(before, after))
    .map(([, after]) => ({ ...after, version: after.version + 1 }))
  return entities.length === 0 ? { is: 'nothing' } : { is: 'publish', entities }
}

/** Whether two entities say the same, in whatever order. */
function isSame(a: ControlEntity, b: ControlEntity): boolean {
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return left.size === right.size && [...left].every(([name, value]) => right.get(name) === value)
}

const keyOf = (tenantId: string, name: string, { hash, now }: NewKey): Entity<'key'> => ({
  kind: 'key',
  version: 0,
  hash,
  tenant_id: tenantId,
  name,
  revoked: false,
  created_at: now.toISOString(),
})

const revoked = (key: Entity<'key'>): Entity<'key'> => ({ ...key, revoked: true })

const keysOf = (state: ControlState, tenantId: string) =>
  entitiesIn(state, 'key').filter((key) => key.tenant_id === tenantId)

const liveKeys = (state: ControlState, tenantId: string, now: Date) =>
  keysOf(state, tenantId).filter((key) => isLive(key, now.getTime()))

const keysCalled = (state: ControlState, tenantId: string, which: string, now: Date) =>
  liveKeys(state, tenantId, now).filter((key) => isCalled(key, which))

const isCalled = (key: Entity<'key'>, which: string): boolean =>
  key.name === which || apiKeyId(key.hash) === which

const noSuchTenant = (id: string) =>
  refused(
    'NO_SUCH_TENANT',
    `there is no tenant ${id} in control: \`bun run control tenant set ${id}\` creates it`,
  )

const noSuchKey = (tenantId: string, which: string) =>
  refused('NO_SUCH_KEY', `${tenantId} has no key ${which} that could be used`)

const refused = (code: ChangeRefusal, message: string): Change => ({ is: 'refused', code, message })
