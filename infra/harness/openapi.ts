/** An OpenAPI document as a judge: what it refers to, and what is wrong with a value by one of its schemas. */
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into by tests
export type Json = any

/** Every reference in it. */
export function refsIn(value: Json): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = typeof value.$ref === 'string' ? [value.$ref] : []
  return [...own, ...Object.values(value).flatMap(refsIn)]
}

/** What it refers to, or the value itself where it refers to nothing. */
export function resolved(document: Json, value: Json): Json {
  if (typeof value?.$ref !== 'string') return value
  const steps: string[] = value.$ref.slice('#/'.length).split('/')
  return steps.reduce((at: Json, step) => at?.[step], document)
}

/**
 * Finds what is wrong with a value; nothing when it is right. With `closed`, members that the schemas do not name are
 * wrong too: what a server says, it has to have documented.
 */
export function schemaChecker(
  document: Json,
  { closed = false } = {},
): (schema: object, value: unknown) => string[] {
  const ajv = new Ajv2020({ allErrors: true, strictTypes: false })
  addFormats.default(ajv)
  ajv.addKeyword('components')
  const { schemas } = document.components
  ajv.addSchema({ $id: 'openapi', components: { schemas: closed ? close(schemas) : schemas } })
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>()
  return (schema, value) => {
    const text = JSON.stringify(closed ? close(schema) : schema)
    const inDocument = text.replaceAll('"#/components/', '"openapi#/components/')
    const validate = compiled.get(text) ?? ajv.compile(JSON.parse(inDocument))
    compiled.set(text, validate)
    validate(value)
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}

/** The schemas with every object that names its members closed to others. */
function close(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(close)
  const parts = Object.entries(schema).map(([keyword, part]) => [
    keyword,
    keyword === 'examples' ? part : close(part),
  ])
  const open = { ...Object.fromEntries(parts) }
  return open.type === 'object' && open.properties ? { ...open, additionalProperties: false } : open
}
