/**
 * The OpenAPI 3.1 document of ingest, made of the shapes that it validates with and the list of its refusals: what it
 * says and what ingest does cannot drift apart unnoticed. Pure.
 */
import { headers, parameters } from './headers.ts'
import { paths } from './paths.ts'
import type { Limits } from './producing.ts'
import { schemas } from './schemas.ts'

export function openApiDocument(limits: Limits, version: string) {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Pulse ingest',
      version,
      summary: 'The front door of Pulse: takes events, and promises each with its 202.',
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server' }],
    security: [{ ApiKey: [] }, { Bearer: [] }],
    tags: [
      { name: 'Events', description: 'What producers call.' },
      { name: 'Operation', description: 'What operators, monitors and curious clients call.' },
    ],
    paths: paths(limits),
    components: {
      schemas,
      parameters,
      headers,
      securitySchemes: {
        ApiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-API-Key',
          description: 'The API key says which tenant the events are of.',
        },
        Bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'The same API key as a bearer token; X-API-Key is looked at first.',
        },
      },
    },
  }
}

/** CommonMark. */
const description = `
Every answer has an \`X-Request-Id\`. A refusal says what is wrong and what to do next:
\`{"error":{"code","message","next"}}\`, or, when \`Accept\` names \`application/problem+json\`, the same as a problem
(RFC 9457). [Each code has a page](/problems). A path that is not here is 404 \`NOT_FOUND\`, another method on one that
is 405 \`METHOD_NOT_ALLOWED\`, with \`Allow\`. Two are told on streams only: 400 \`INVALID_FRAME\` and
400 \`CREDIT_EXCEEDED\`.

Repeat a call that got no answer, 409, 429 or 503, always with the same key, and after \`Retry-After\` where it is given:
one key is one event, however often it is sent.
`
