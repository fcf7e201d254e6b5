/** Decides what a search asks for, from its parameters. Pure; nothing is looked up here. */
export type SearchQuery =
  | { readonly by: 'nothing' }
  | { readonly by: 'event-id'; readonly tenantId: string; readonly eventId: string }
  | { readonly by: 'key'; readonly tenantId: string; readonly idempotencyKey: string }
  | { readonly by: 'invalid'; readonly code: ParameterFault; readonly message: string }

export type ParameterFault = 'MISSING_PARAMETER' | 'INVALID_PARAMETER'
export type SearchParameters = {
  readonly tenant?: string | undefined
  readonly eventId?: string | undefined
  readonly idempotencyKey?: string | undefined
}

const most = { tenant: 64, eventId: 255, idempotencyKey: 255 } as const

export function searchQueryOf(given: SearchParameters): SearchQuery {
  for (const [name, length] of Object.entries(most)) {
    const value = given[name as keyof SearchParameters]
    if (value !== undefined && (value.length > length || value.includes('\0')))
      return invalid('INVALID_PARAMETER', `${name} must have at most ${length} characters`)
  }
  const { tenant, eventId, idempotencyKey } = given
  if (!tenant && !eventId && !idempotencyKey) return { by: 'nothing' }
  if (eventId && idempotencyKey)
    return invalid('INVALID_PARAMETER', 'Give eventId or idempotencyKey, not both')
  if (!tenant) return invalid('MISSING_PARAMETER', 'tenant is required')
  if (eventId) return { by: 'event-id', tenantId: tenant, eventId }
  if (idempotencyKey) return { by: 'key', tenantId: tenant, idempotencyKey }
  return invalid('MISSING_PARAMETER', 'eventId or idempotencyKey is required')
}

const invalid = (code: ParameterFault, message: string): SearchQuery => ({
  by: 'invalid',
  code,
  message,
})
