/**
 * Who a producer is, by its API key alone: as ingest decides it, control first, then API_KEYS for the keys that control
 * does not know. Control is read when somebody asks and what is known is older than `fresh`: a revoked key is refused
 * within that time. Bounds: one reading at once; a key of at most 255 characters.
 */
import { hashOfApiKey } from '../contracts/api-key.ts'
import type { ApiKey } from '../contracts/api-keys.ts'
import {
  type ControlRecord,
  type ControlState,
  emptyControl,
  entityIn,
  foldControl,
  isLive,
} from '../contracts/control-state.ts'
import { shared } from './shared.ts'

export type Producer =
  | { readonly is: 'known'; readonly tenantId: string }
  | { readonly is: 'unknown' }
  /** Control could not be read. */
  | { readonly is: 'undecided' }

export type FindProducer = (apiKey: string) => Promise<Producer>

type Deps = {
  readonly apiKeys: readonly ApiKey[]
  readonly readControl: () => Promise<readonly ControlRecord[]>
  readonly now: () => number
}

const freshMs = 2_000

export function makeFindProducer({ apiKeys, readControl, now }: Deps): FindProducer {
  const given = new Map(apiKeys.map((key) => [key.keyHash, key.tenantId]))
  let known: { readonly state: ControlState; readonly atMs: number } | undefined
  const read = shared(async () => {
    const atMs = now()
    const { state } = foldControl(emptyControl, await readControl())
    known = { state, atMs }
    return state
  })
  const current = async (): Promise<ControlState> => {
    if (known !== undefined && now() - known.atMs < freshMs) return known.state
    return await read()
  }

  return async (apiKey) => {
    if (apiKey === '' || apiKey.length > 255) return { is: 'unknown' }
    try {
      return tenantOf(apiKey, await current(), given, now())
    } catch {
      return { is: 'undecided' }
    }
  }
}

function tenantOf(
  apiKey: string,
  state: ControlState,
  given: ReadonlyMap<string, string>,
  nowMs: number,
): Producer {
  const hash = hashOfApiKey(apiKey)
  const inControl = entityIn(state, 'key', hash)
  if (inControl !== undefined && !isLive(inControl, nowMs)) return { is: 'unknown' }
  const tenantId = inControl?.tenant_id ?? given.get(hash)
  if (tenantId === undefined || entityIn(state, 'tenant', tenantId)?.disabled)
    return { is: 'unknown' }
  return { is: 'known', tenantId }
}
