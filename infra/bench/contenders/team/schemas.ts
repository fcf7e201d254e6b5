/** JSON schemas in Fastify's places: ajv validates requests, fast-json-stringify writes the answer. */
export type EventBody = Readonly<{
  event_id: string
  event_type: string
  schema_version: number
  occurred_at: string
  payload: Readonly<Record<string, unknown>>
}>

const identifier = { type: 'string', minLength: 1, maxLength: 255 }

export const eventSchema = {
  type: 'object',
  required: ['event_id', 'event_type', 'schema_version', 'occurred_at', 'payload'],
  properties: {
    event_id: identifier,
    event_type: identifier,
    schema_version: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    occurred_at: { type: 'string', format: 'date-time' },
    payload: { type: 'object' },
  },
}

export const headersSchema = {
  type: 'object',
  required: ['idempotency-key'],
  properties: { 'idempotency-key': identifier },
}

export const acceptedSchema = {
  type: 'object',
  properties: {
    status: { type: 'string' },
    request_id: { type: 'string' },
    duplicate: { type: 'boolean' },
  },
}
