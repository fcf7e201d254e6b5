import { describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { rejectionCodes, rejections } from '../../contracts/rejections.ts'
import { type Json, refsIn, resolved, schemaChecker } from '../../infra/harness/openapi.ts'
import { openApiDocument } from './document.ts'
import { headers, parameters } from './headers.ts'
import type { Limits } from './producing.ts'

/** As a client reads it. */
const aDocument = (limits: Partial<Limits> = {}): Json => {
  const usual = { maxEventBytes: 262_144, maxBatchBytes: 16_777_216 }
  const document = openApiDocument({ ...usual, ...limits }, '1.2.3')
  return JSON.parse(JSON.stringify(document))
}

const document = aDocument()
const operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
  Object.entries<Json>(methods).map(([method, operation]) => ({
    name: `${method} ${path}`,
    operation,
  })),
)

test('the document is OpenAPI 3.1, by the schema of the OpenAPI Initiative', async () => {
  expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true })
})

test('every reference leads somewhere, and every component is referred to', () => {
  const refs = new Set(refsIn(document))
  for (const $ref of refs) expect(resolved(document, { $ref })).toBeObject()
  const { schemas } = document.components
  const all = Object.entries({ schemas, parameters, headers }).flatMap(([kind, of]) =>
    Object.keys(of).map((name) => `#/components/${kind}/${name}`),
  )
  expect(all.filter((ref) => !refs.has(ref))).toEqual([])
})

test('operations have names of their own, a tag that is explained, and a summary', () => {
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  const tags = document.tags.map(({ name }: Json) => name)
  for (const { operation } of operations) {
    expect(tags).toContain(operation.tags[0])
    expect(operation.summary).toMatch(/^[A-Z].*[^.]$/)
  }
})

describe('every example is what its schema says', () => {
  const check = schemaChecker(document, { closed: true })

  test.each(Object.keys(document.components.schemas))('%s', (name) => {
    const schema = { $ref: `#/components/schemas/${name}` }
    const { examples } = resolved(document, schema)
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(check(schema, example)).toEqual([])
  })

  test.each(operations)('$name', ({ operation }) => {
    for (const { schema, value } of mediaExamples(operation))
      expect(check(schema, value)).toEqual([])
  })

  test.each(Object.entries({ ...headers, ...parameters }))('%s', (_, { schema, ...header }) => {
    if ('example' in header) expect(check(schema, header.example)).toEqual([])
  })
})

test.each(rejectionCodes)('%s is there under its status, in both media types', (code) => {
  const { status } = rejections[code]
  // No operation can answer them: a method that is none, and what is wrong with a stream that is open.
  if (['METHOD_NOT_ALLOWED', 'INVALID_FRAME', 'CREDIT_EXCEEDED'].includes(code)) {
    expect(document.info.description).toContain(`${status} \`${code}\``)
    return
  }
  const answers = operations
    .map(({ operation }) => operation.responses[status]?.content)
    .filter((content) => content?.['application/json']?.examples?.[code])
  expect(answers.length).toBeGreaterThan(0)
  for (const content of answers) {
    expect(content['application/json'].examples[code].value.error.code).toBe(code)
    expect(content['application/problem+json'].examples[code].value).toMatchObject({ code, status })
  }
})

test('what can be repeated says after how long', () => {
  for (const { operation } of operations)
    for (const [status, response] of Object.entries<Json>(operation.responses))
      if (['409', '429', '503'].includes(status) && 'application/problem+json' in response.content)
        expect(response.headers['Retry-After']).toBeDefined()
})

test('limits are those of the configuration', () => {
  const { paths } = aDocument({ maxEventBytes: 1024, maxBatchBytes: 2048 })
  expect(paths['/events'].post.description).toContain('1,024 bytes')
  expect(paths['/events/batch'].post.description).toContain('2,048 bytes')
})

function mediaExamples(operation: Json): { schema: object; value: unknown }[] {
  const contents = [operation.requestBody, ...Object.values<Json>(operation.responses)]
  return contents.flatMap((of) =>
    Object.values<Json>(of?.content ?? {}).flatMap(({ schema, example, examples }) => [
      ...(example === undefined ? [] : [{ schema, value: example }]),
      ...Object.values<Json>(examples ?? {}).map(({ value }) => ({ schema, value })),
    ]),
  )
}
