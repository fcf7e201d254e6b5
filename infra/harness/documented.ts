/** Requests whose answers are held against the server's OpenAPI document: status, media type, body, code and headers. */
import { expect } from 'bun:test'
import { type Json, resolved, schemaChecker } from './openapi.ts'

export type Documented = {
  readonly document: Json
  /** What is wrong with a value by a schema of the document; members that it does not name are. */
  readonly check: ReturnType<typeof schemaChecker>
  /** Sends a request to `url`, finds everything about its answer in the document, and returns it. */
  ask(url: string, path: string, init?: RequestInit): Promise<Asked>
}

export type Asked = { readonly status: number; readonly headers: Headers; readonly body: Json }

/** By the document of the server at `url`. */
export async function openDocumented(url: string): Promise<Documented> {
  const document: Json = await (await fetch(`${url}/openapi.json`)).json()
  const check = schemaChecker(document, { closed: true })

  const ask: Documented['ask'] = async (from, path, init = {}) => {
    const answer = await fetch(from + path, init)
    const { status, headers } = answer
    const [mediaType = ''] = (headers.get('Content-Type') ?? '').split(';')
    const text = await answer.text()
    const body: Json = mediaType.endsWith('json') ? JSON.parse(text) : text
    const pattern = path.replace(/^\/problems\/.*/, '/problems/{name}')
    const operation = document.paths[pattern][(init.method ?? 'GET').toLowerCase()]
    const response = operation.responses[status]
    expect(Object.keys(response.content)).toContain(mediaType)
    const { schema, examples } = response.content[mediaType]
    expect(check(schema, body)).toEqual([])
    const code = body.code ?? body.error?.code
    if (status >= 400 && code) expect(Object.keys(examples)).toContain(code)
    expectHeaders(headers, response.headers ?? {})
    return { status, headers, body }
  }

  /** Headers of a kind that the document knows are there where it says so, in the form that it says, and nowhere else. */
  function expectHeaders(given: Headers, documented: Json): void {
    for (const [name, ref] of Object.entries(documented)) {
      const { required = false, schema } = resolved(document, ref)
      const value = given.get(name)
      if (required) expect([name, value]).toEqual([name, expect.any(String)])
      if (value !== null) expect([name, check(schema, value)]).toEqual([name, []])
    }
    for (const name of known.filter((name) => documented[name] === undefined))
      expect([name, given.get(name)]).toEqual([name, null])
  }

  return { document, check, ask }
}

const known = [
  ...['X-Request-Id', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'Idempotency-Replayed'],
  ...['WWW-Authenticate', 'Allow', 'Accept', 'Accept-Encoding', 'Upgrade'],
]
