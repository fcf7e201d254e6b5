/** How the parts of an operation are written. */
import { headersNamed, type parameters } from './headers.ts'
import { reference } from './json-schema.ts'
import type { SchemaName } from './schemas.ts'

export const about = (operationId: string, tag: 'Events' | 'Operation', summary: string) => ({
  operationId,
  tags: [tag],
  summary,
})

export const parametersNamed = (...names: readonly (keyof typeof parameters)[]) =>
  names.map((name) => ({ $ref: `#/components/parameters/${name}` }))

/** An answer in JSON that has no headers but its request's id. */
export const answers = (description: string, schema: SchemaName) => ({
  description,
  headers: headersNamed({ 'X-Request-Id': 'RequestId' }),
  content: { 'application/json': { schema: reference(schema) } },
})

/** The server's own answer, before anything of the request is looked at. */
export const headersTooLarge = {
  description: 'The headers are larger than the server takes: send less. This answer is no JSON.',
  content: { 'text/html': { schema: { type: 'string' } } },
} as const
