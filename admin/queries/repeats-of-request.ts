import type { RequestKey } from '../../views/record-facts.ts'
import type { Sql } from '../postgres.ts'

/** Keys that a request repeated, of any tenant or of one, among those received in a span of time. */
export async function repeatsOfRequest(
  sql: Sql,
  requestId: string,
  { tenantId, from, to }: { tenantId: string | undefined; from: Date; to: Date },
): Promise<RequestKey[]> {
  return await sql<RequestKey[]>`
    select tenant_id as "tenantId", idempotency_key as "idempotencyKey", 'repeated' as role
    from event_requests
    where received_at >= ${from} and received_at <= ${to} and request_id = ${requestId}
      ${tenantId === undefined ? sql`` : sql`and tenant_id = ${tenantId}`}
    limit 10`
}
