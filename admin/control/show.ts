/** What control says of tenants, for people and for programs. Pure. */
import { apiKeyId } from '../../contracts/api-key.ts'
import {
  type ControlEntity,
  type Entity,
  pipelineId,
  type Validation,
} from '../../contracts/control.ts'
import { type ControlState, entitiesIn, entityIn, isLive } from '../../contracts/control-state.ts'
import type { Limit } from './changes.ts'

export type TenantView = {
  readonly id: string
  /** False for a tenant that control has only keys or limits of. */
  readonly known: boolean
  readonly disabled: boolean
  readonly validation: Validation
  readonly limits: {
    readonly events_per_minute: Limit | 'default'
    readonly bytes_per_minute: Limit | 'default'
  }
  readonly keys: readonly KeyView[]
}

export type KeyView = {
  readonly id: string
  readonly name: string
  readonly state: 'live' | 'ending' | 'ended' | 'revoked'
  readonly created_at: string
  readonly expires_at: string | null
}

/** Every tenant that control says something of, by id; its keys by age. */
export function tenantViews(state: ControlState, now: Date): readonly TenantView[] {
  const ids = [...state.values()].flatMap((entity) => {
    if (entity.kind === 'pipeline') return []
    return entity.kind === 'tenant' ? entity.id : entity.tenant_id
  })
  return [...new Set(ids)].sort().map((id) => tenantView(state, id, now))
}

export function tenantView(state: ControlState, id: string, now: Date): TenantView {
  const tenant = entityIn(state, 'tenant', id)
  const limit = entityIn(state, 'limit', id)
  const keys = entitiesIn(state, 'key').filter((key) => key.tenant_id === id)
  return {
    id,
    known: tenant !== undefined,
    disabled: tenant?.disabled ?? false,
    validation: tenant?.validation ?? 'quarantine',
    limits: {
      events_per_minute: limit?.events_per_minute ?? 'default',
      bytes_per_minute: limit?.bytes_per_minute ?? 'default',
    },
    keys: keys
      .toSorted((a, b) => a.created_at.localeCompare(b.created_at))
      .map((key) => keyView(key, now)),
  }
}

export type PipelineView = { readonly paused: boolean; readonly reason: string | null }

export function pipelineView(state: ControlState): PipelineView {
  const { paused = false, reason = null } = entityIn(state, 'pipeline', pipelineId) ?? {}
  return { paused, reason }
}

const keyView = (key: Entity<'key'>, now: Date): KeyView => ({
  id: apiKeyId(key.hash),
  name: key.name,
  state: keyState(key, now),
  created_at: key.created_at,
  expires_at: key.expires_at ?? null,
})

function keyState(key: Entity<'key'>, now: Date): KeyView['state'] {
  if (key.revoked) return 'revoked'
  if (!isLive(key, now.getTime())) return 'ended'
  return key.expires_at === undefined ? 'live' : 'ending'
}

/** A table of tenants, each followed by its keys. */
export function tenantsText(tenants: readonly TenantView[]): string {
  if (tenants.length === 0)
    return 'Control holds no tenants yet: bun run control tenant set TENANT creates one.\n'
  return rows([
    ['TENANT', 'STATE', 'VALIDATION', 'EVENTS/MIN', 'BYTES/MIN'],
    ...tenants.map(tenantRow),
  ])
    .flatMap((row, at) => [row, ...keyRows(tenants[at - 1]?.keys ?? [])])
    .map((row) => `${row}\n`)
    .join('')
}

const tenantRow = ({ id, known, disabled, validation, limits }: TenantView): string[] => [
  id,
  disabled ? 'disabled' : known ? 'enabled' : 'not set',
  validation,
  limitText(limits.events_per_minute),
  limitText(limits.bytes_per_minute),
]

const keyRows = (keys: readonly KeyView[]): string[] =>
  rows(
    keys.map(({ id, name, ...key }) => [
      id,
      name,
      stateText(key),
      `since ${minute(key.created_at)}`,
    ]),
  ).map((row) => `  ${row}`)

const stateText = ({ state, expires_at }: Pick<KeyView, 'state' | 'expires_at'>): string =>
  expires_at !== null && (state === 'ending' || state === 'ended')
    ? `${state === 'ending' ? 'until' : 'ended'} ${minute(expires_at)}`
    : state

/** Empty while processors work, which needs no words. */
export function pipelineText({ paused, reason }: PipelineView): string {
  if (!paused) return ''
  return `Processors are paused${reason ? `: ${reason}` : ''}. bun run control resume lets them go on.\n`
}

/** What a change has done. */
export function publishedText(published: readonly ControlEntity[]): string {
  const names = published.map((entity) => `${nameOf(entity)}, version ${entity.version}`)
  return names.length > 0
    ? `Published, in force within 5 seconds: ${names.join('; ')}\n`
    : 'It is so already: nothing was published\n'
}

/** What a change has done, and the tenant as it is now. `key` is a new key, which nobody can show again. */
export function changeText(
  published: readonly ControlEntity[],
  tenant: TenantView,
  key: string | undefined,
): string {
  const shown =
    key === undefined ? '' : `\n  ${key}\n\nIt is shown this once: Pulse keeps its hash only.\n`
  return `${publishedText(published)}${shown}\n${tenantsText([tenant])}`
}

function nameOf(entity: ControlEntity): string {
  switch (entity.kind) {
    case 'tenant':
      return `tenant ${entity.id}`
    case 'limit':
      return `limits of ${entity.tenant_id}`
    case 'pipeline':
      return `pipeline ${entity.paused ? 'paused' : 'resumed'}`
    case 'key':
      return `key ${entity.name} (${apiKeyId(entity.hash)}) of ${entity.tenant_id}`
  }
}

const limitText = (limit: Limit | 'default'): string =>
  typeof limit === 'number' ? limit.toLocaleString('en-US') : limit

/** `2026-01-02 20:00Z` */
const minute = (instant: string): string =>
  `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')}Z`

/** Cells padded to columns. */
function rows(cells: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...cells.map((row) => row[column]?.length ?? 0))
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column) + 2))
      .join('')
      .trimEnd(),
  )
}
