/** Decides what a search asks for, from its parameters. Pure; nothing is looked up here. */
import { isRequestId } from '../contracts/request-id.ts'
import { hasUnstorableNumber } from '../contracts/unstorable-number.ts'
import { unstorableText } from '../contracts/unstorable-text.ts'
import { isAskable } from './instant-query.ts'
import { type Range, rangeIn, tooLong } from './list-parameters.ts'

/** What a list of events is narrowed to; undefined narrows nothing. */
export type EventFilter = {
  readonly tenantId?: string | undefined
  readonly eventType?: string | undefined
  /** JSON text that the payload contains, as Postgres' `@>` means it. */
  readonly payload?: string | undefined
  /** The list goes on behind this event. */
  readonly before?: { readonly at: Date; readonly id: string } | undefined
}

export type SearchQuery =
  | { readonly by: 'event-id'; readonly tenantId: string; readonly eventId: string }
  | { readonly by: 'key'; readonly tenantId: string; readonly idempotencyKey: string }
  | { readonly by: 'request'; readonly requestId: string }
  /** An event id or an idempotency key, of one tenant or of any. */
  | { readonly by: 'text'; readonly text: string; readonly tenantId: string | undefined }
  | { readonly by: 'filter'; readonly filter: EventFilter; readonly range: Range }
  | { readonly by: 'invalid'; readonly code: ParameterFault; readonly message: string }

export type ParameterFault = 'MISSING_PARAMETER' | 'INVALID_PARAMETER'

const most = {
  q: 300,
  tenant: 64,
  eventId: 255,
  idempotencyKey: 255,
  requestId: 255,
  type: 255,
  from: 40,
  to: 40,
  payload: 4096,
  before: 80,
} as const

export type SearchParameter = keyof typeof most
export type SearchParameters = Readonly<Partial<Record<SearchParameter, string | undefined>>>
export const searchParameters = Object.keys(most) as readonly SearchParameter[]

export function searchQueryOf(given: SearchParameters, now: Date): SearchQuery {
  const wrong = tooLong(given, most)
  if (wrong !== undefined) return invalid('INVALID_PARAMETER', wrong)
  const { tenant, eventId, idempotencyKey, requestId } = given
  const q = given.q?.trim()
  if (eventId && idempotencyKey)
    return invalid('INVALID_PARAMETER', 'Give eventId or idempotencyKey, not both')
  if ((eventId || idempotencyKey) && !tenant)
    return invalid('MISSING_PARAMETER', 'tenant is required')
  if (tenant && eventId) return { by: 'event-id', tenantId: tenant, eventId }
  if (tenant && idempotencyKey) return { by: 'key', tenantId: tenant, idempotencyKey }
  if (requestId) return { by: 'request', requestId: requestId.trim() }
  if (q && isRequestId(q)) return { by: 'request', requestId: q }
  if (q) return { by: 'text', text: q, tenantId: tenant || undefined }
  return filterOf(given, now)
}

function filterOf(given: SearchParameters, now: Date): SearchQuery {
  const range = rangeIn(given, now)
  if (typeof range === 'string') return invalid('INVALID_PARAMETER', range)
  const before = given.before ? eventCursorIn(given.before) : null
  if (before === undefined) return invalid('INVALID_PARAMETER', 'before is not where a page ends')
  if (given.payload && !isStorableJson(given.payload))
    return invalid('INVALID_PARAMETER', 'payload must be JSON, such as {"user_id":"u1"}')
  return {
    by: 'filter',
    filter: {
      tenantId: given.tenant || undefined,
      eventType: given.type || undefined,
      payload: given.payload || undefined,
      before: before ?? undefined,
    },
    range,
  }
}

/** `<milliseconds since 1970>_<row id>` of the last event of a page. */
export const eventCursorOf = (event: { receivedAt: Date; id: string }): string =>
  `${event.receivedAt.getTime()}_${event.id}`

const eventCursor = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

function eventCursorIn(text: string): { at: Date; id: string } | undefined {
  const [, ms, id] = eventCursor.exec(text) ?? []
  const at = new Date(Number(ms))
  return id !== undefined && isAskable(at) ? { at, id } : undefined
}

/** Whether Postgres takes it as jsonb. */
function isStorableJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return !hasUnstorableNumber(text) && unstorableText(value) === undefined
  } catch {
    return false
  }
}

const invalid = (code: ParameterFault, message: string): SearchQuery => ({
  by: 'invalid',
  code,
  message,
})
