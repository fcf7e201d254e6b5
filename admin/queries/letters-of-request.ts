import type { RequestKey } from '../../views/record-facts.ts'
import type { Sql } from '../postgres.ts'

/** Keys under which a request left a dead letter, of any tenant or of one: another event's key too. */
export async function lettersOfRequest(
  sql: Sql,
  requestId: string,
  tenantId: string | undefined,
): Promise<RequestKey[]> {
  return await sql<RequestKey[]>`
    select
      tenant_id as "tenantId", idempotency_key as "idempotencyKey", fingerprint,
      case when class = 'conflict' then 'conflict' else 'decided' end as role
    from dead_letters
    where request_id = ${requestId}
      ${tenantId === undefined ? sql`` : sql`and tenant_id = ${tenantId}`}
    limit 10`
}
