import type { RequestKey } from '../../views/record-facts.ts'
import type { Sql } from '../postgres.ts'

/**
 * Keys that a request decided or repeated, of any tenant or of one, among those received in a span of time: neither table
 * has an index for it, and the request's id tells when to look.
 */
export async function keysOfRequest(
  sql: Sql,
  requestId: string,
  { tenantId, from, to }: { tenantId: string | undefined; from: Date; to: Date },
): Promise<RequestKey[]> {
  const ofRequest = sql`
    received_at >= ${from} and received_at <= ${to} and request_id = ${requestId}
      ${tenantId === undefined ? sql`` : sql`and tenant_id = ${tenantId}`}`
  return await sql<RequestKey[]>`
    (select tenant_id as "tenantId", idempotency_key as "idempotencyKey", fingerprint, 'decided' as role
     from event_keys
     where ${ofRequest}
     limit 10)
    union all
    (select tenant_id, idempotency_key, fingerprint, 'repeated'
     from event_requests
     where ${ofRequest}
     limit 10)`
}
