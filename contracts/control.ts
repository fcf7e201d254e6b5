/**
 * The records of `pulse.control`: one entity a record, JSON, keyed by what it is about, so that compaction keeps the
 * newest of each. A value of null removes its entity. Every entity has a `version`, one more with each change.
 */
import { type } from 'arktype'
import { isInstant } from './instant.ts'
import { isTenantId } from './tenant.ts'

const version = type('1 <= number.integer <= 9007199254740991')
const tenantId = type('string').narrow(isTenantId)
const instant = type('string').narrow(isInstant)
const perMinute = type("0 <= number.integer <= 9007199254740991 | 'unlimited'")
const sha256 = type(/^[0-9a-f]{64}$/)
/** What a person calls a key. */
const keyName = type(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)

export const validations = ['quarantine', 'strict'] as const
/** What happens to an event that cannot be stored: dead-lettered with a warning, or refused at the door. */
export type Validation = (typeof validations)[number]

/** What is not said of a tenant has its default: enabled, quarantine. */
const tenant = type({
  kind: "'tenant'",
  version,
  id: tenantId,
  /** Nobody may produce as a disabled tenant; its keys are as good as revoked. */
  disabled: 'boolean',
  validation: type.enumerated(...validations),
})

/** An API key, as its hash. What was revoked stays: its record is what refuses the key. */
const key = type({
  kind: "'key'",
  version,
  /** SHA-256 of the key, hexadecimal. */
  hash: sha256,
  tenant_id: tenantId,
  name: keyName,
  revoked: 'boolean',
  created_at: instant,
  /** From then on it is as good as revoked. */
  'expires_at?': instant,
})

/** A tenant's limits a minute; 0 blocks, and what is left out has the default of ingest's settings. */
const limit = type({
  kind: "'limit'",
  version,
  tenant_id: tenantId,
  'events_per_minute?': perMinute,
  'bytes_per_minute?': perMinute,
})

/** Whether processors work. What is not said: they do. */
const pipeline = type({
  kind: "'pipeline'",
  version,
  paused: 'boolean',
  /** Why, in a person's words. */
  'reason?': '0 < string <= 200',
})

const schemas = { tenant, key, limit, pipeline } as const

/** There is one pipeline. */
export const pipelineId = 'events'

export type ControlKind = keyof typeof schemas
export type Entity<K extends ControlKind> = (typeof schemas)[K]['infer']
export type ControlEntity = Entity<ControlKind>

export const isKeyName = (text: string): boolean => keyName.allows(text)

/** The record's key: the kind and what identifies an entity of it, `tenant:acme`. */
export const controlKey = (kind: ControlKind, id: string): string => `${kind}:${id}`

export function controlKeyOf(entity: ControlEntity): string {
  switch (entity.kind) {
    case 'tenant':
      return controlKey('tenant', entity.id)
    case 'key':
      return controlKey('key', entity.hash)
    case 'limit':
      return controlKey('limit', entity.tenant_id)
    case 'pipeline':
      return controlKey('pipeline', pipelineId)
  }
}

export type ReadControlRecord =
  | { readonly is: 'entity'; readonly key: string; readonly entity: ControlEntity }
  | { readonly is: 'removed'; readonly key: string }
  /** Malformed, or of a kind that a later Pulse writes. The reason quotes nothing of the value. */
  | { readonly is: 'skipped'; readonly reason: string }

export function readControlRecord(
  key: Uint8Array | null,
  value: Uint8Array | null,
): ReadControlRecord {
  if (key === null) return skipped('it has no key')
  const name = text(key)
  if (value === null) return { is: 'removed', key: name }
  const parsed = parse(text(value))
  if (typeof parsed !== 'object' || parsed === null) return skipped('its value is no JSON object')
  const { kind } = parsed as { kind?: unknown }
  if (typeof kind !== 'string' || !Object.hasOwn(schemas, kind))
    return skipped('its kind is unknown')
  const entity = schemas[kind as ControlKind](parsed)
  if (entity instanceof type.errors) return skipped(`a ${kind} with a wrong ${pathsOf(entity)}`)
  if (controlKeyOf(entity) !== name) return skipped(`its key is not that of its ${kind}`)
  return { is: 'entity', key: name, entity }
}

const skipped = (reason: string) => ({ is: 'skipped', reason }) as const

/** Names of fields only: arktype's own words hold the values. */
const pathsOf = (errors: type.errors): string =>
  [...new Set(errors.map(({ path }) => path.join('.')))].join(', ')

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
