import type { Sql, Transaction } from '../postgres.ts'

/** The columns of a `StoredEvent`. JSON is read as text: a parser would round a number of 20 digits. */
export const eventColumns = (sql: Sql | Transaction) => sql`
  id, tenant_id as "tenantId", event_id as "eventId", idempotency_key as "idempotencyKey",
  event_type as "eventType", schema_version as "schemaVersion", occurred_at as "occurredAt",
  received_at as "receivedAt", processed_at as "processedAt", payload::text as payload,
  extra::text as extra, status, request_id as "requestId", ordering_key as "orderingKey",
  topic_id as "topicId", partition, "offset"`
