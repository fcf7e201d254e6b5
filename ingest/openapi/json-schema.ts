/**
 * JSON Schema (2020-12, the dialect of OpenAPI 3.1) of the shapes that Pulse validates with: pure.
 * A check that JSON Schema cannot express is either known here, with what it can, or an error: none gets lost unnoticed.
 */
import type { Type } from 'arktype'
import { isNoArray } from '../../contracts/envelope.ts'
import { instantPattern, isInstant } from '../../contracts/instant.ts'

export type JsonSchema = { readonly [keyword: string]: unknown }

export type Described = {
  readonly shape: Type
  readonly description: string
  /** Sentences on single properties. */
  readonly properties?: Readonly<Record<string, string>>
  /** The first one also gives the properties their order. */
  readonly examples: readonly [unknown, ...unknown[]]
}

/** One schema for each shape. Where one is a part of another it is a reference: `#/components/schemas/<name>`. */
export function componentSchemas(
  described: Readonly<Record<string, Described>>,
): Readonly<Record<string, JsonSchema>> {
  const bare = Object.entries(described).map(
    ([name, of]) => [name, of, bareSchema(of.shape)] as const,
  )
  const names = new Map(bare.map(([name, , schema]) => [JSON.stringify(schema), name]))
  return Object.fromEntries(
    bare.map(([name, of, schema]) => [name, dressed(withReferences(schema, names), of)]),
  )
}

function bareSchema(shape: Type): JsonSchema {
  const { $schema, ...schema } = shape.toJsonSchema({
    fallback: {
      predicate: ({ predicate, base }) => ({ ...base, ...expressed(predicate) }),
    },
  }) as Record<string, unknown>
  return schema
}

/** What JSON Schema can say of a predicate. */
function expressed(predicate: unknown): JsonSchema {
  if (predicate === isInstant) return { format: 'date-time', pattern: instantPattern.source }
  // `type: object` of JSON Schema has no arrays.
  if (predicate === isNoArray) return {}
  throw new Error(`JSON Schema cannot say: ${String(predicate)}`)
}

/** Everything below the top that is a schema with a name, by that name. */
function withReferences(schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema {
  const below = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(below)
    if (typeof part !== 'object' || part === null) return part
    const name = names.get(JSON.stringify(part))
    return name === undefined ? withReferences(part as JsonSchema, names) : reference(name)
  }
  const parts = Object.entries(schema).map(([keyword, part]) => [keyword, below(part)])
  return { ...typeOfConstants(schema), ...Object.fromEntries(parts) }
}

/** Values that are all strings are of the type string: not every reader sees that for itself. */
function typeOfConstants(schema: JsonSchema): JsonSchema {
  const values = Array.isArray(schema.enum) ? schema.enum : [schema.const]
  return values.every((value) => typeof value === 'string') ? { type: 'string' } : {}
}

export const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

/** With its sentences, and its properties in the order of the first example. */
function dressed(schema: JsonSchema, { description, properties, examples }: Described): JsonSchema {
  const known = schema.properties as Readonly<Record<string, JsonSchema>> | undefined
  if (known === undefined) return { description, ...schema, examples }
  const order = [...Object.keys(Object(examples[0])), ...Object.keys(known)]
  const names = [...new Set(order)].filter((name) => Object.hasOwn(known, name))
  const described = names.map((name) => {
    const words = properties?.[name]
    return [name, words === undefined ? known[name] : { ...known[name], description: words }]
  })
  return { description, ...schema, properties: Object.fromEntries(described), examples }
}
