import type { Sql, Transaction } from '../postgres.ts'

/** The columns of a `DeadLetter`, with at most `mostBytes` of the original. */
export const deadLetterColumns = (sql: Sql | Transaction, mostBytes: number) => sql`
  id, tenant_id as "tenantId", idempotency_key as "idempotencyKey", fingerprint,
  event_id as "eventId", event_type as "eventType", request_id as "requestId", code, class, stage,
  path, sentence, attempts, state, received_at as "receivedAt", failed_at as "failedAt",
  published_at as "publishedAt", topic_id as "topicId", partition, "offset",
  to_char(failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '_' || id as cursor,
  substring(original for ${mostBytes}) as original, octet_length(original) as "originalBytes"`
