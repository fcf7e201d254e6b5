import type { Sql, Transaction } from '../postgres.ts'

/**
 * The columns of a `StoredEvent`: all of it, or for a list the first `mostCharacters` of the payload and no `extra`. JSON is
 * read as text: a parser would round a number of 20 digits.
 */
export const eventColumns = (sql: Sql | Transaction, mostCharacters?: number) => sql`
  id, tenant_id as "tenantId", event_id as "eventId", idempotency_key as "idempotencyKey",
  event_type as "eventType", schema_version as "schemaVersion", occurred_at as "occurredAt",
  received_at as "receivedAt", processed_at as "processedAt",
  ${mostCharacters === undefined ? sql`payload::text` : sql`left(payload::text, ${mostCharacters})`} as payload,
  ${mostCharacters === undefined ? sql`extra::text` : sql`null`} as extra, status, request_id as "requestId", ordering_key as "orderingKey",
  topic_id as "topicId", partition, "offset"`
