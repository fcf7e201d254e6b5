/** What `pulse.control` says now: the fold of its records, in the order of the log. Pure. */
import {
  type ControlEntity,
  type ControlKind,
  controlKey,
  type Entity,
  readControlRecord,
} from './control.ts'

/** Entities by the key of their record. */
export type ControlState = ReadonlyMap<string, ControlEntity>

export const emptyControl: ControlState = new Map()

export type ControlRecord = {
  readonly offset: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

export type Skipped = { readonly offset: number; readonly reason: string }

export type Folded = { readonly state: ControlState; readonly skipped: readonly Skipped[] }

/**
 * The state after some more records. A record with an older version than the entity's is skipped; with the same one it
 * is taken, because compaction would keep it and nothing else.
 */
export function foldControl(state: ControlState, records: readonly ControlRecord[]): Folded {
  const entities = new Map(state)
  const skipped: Skipped[] = []
  for (const { offset, key, value } of records) {
    const read = readControlRecord(key, value)
    if (read.is === 'skipped') skipped.push({ offset, reason: read.reason })
    else if (read.is === 'removed') entities.delete(read.key)
    else {
      const known = entities.get(read.key)?.version ?? 0
      const { version } = read.entity
      if (version >= known) entities.set(read.key, read.entity)
      else skipped.push({ offset, reason: `version ${version} is older than ${known}` })
    }
  }
  return { state: entities, skipped }
}

/** One entity: a tenant or a limit by the tenant's id, a key by its hash. */
export function entityIn<K extends ControlKind>(
  state: ControlState,
  kind: K,
  id: string,
): Entity<K> | undefined {
  return state.get(controlKey(kind, id)) as Entity<K> | undefined
}

export function entitiesIn<K extends ControlKind>(
  state: ControlState,
  kind: K,
): readonly Entity<K>[] {
  return [...state.values()].filter((entity): entity is Entity<K> => entity.kind === kind)
}

/** Whether a key lets its tenant in: neither revoked nor past its end. */
export const isLive = (key: Entity<'key'>, nowMs: number): boolean =>
  !key.revoked && (key.expires_at === undefined || nowMs < Date.parse(key.expires_at))
