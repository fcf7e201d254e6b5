/** Compresses pages and JSON for browsers that take it. Streams and what is compressed already stay as they are. */
import { createMiddleware } from 'hono/factory'

const LEAST_BYTES = 1024
const compressible = /^(text\/html|application\/json)\b/

export const compressed = createMiddleware(async (c, next) => {
  await next()
  const type = c.res.headers.get('content-type') ?? ''
  if (!compressible.test(type) || c.res.headers.has('content-encoding')) return
  if (!/\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) return
  const bytes = new Uint8Array(await c.res.arrayBuffer())
  const { status } = c.res
  const headers = new Headers(c.res.headers)
  headers.append('Vary', 'Accept-Encoding')
  headers.delete('content-length')
  const small = bytes.length < LEAST_BYTES
  if (!small) headers.set('Content-Encoding', 'gzip')
  c.res = new Response(small ? bytes : Bun.gzipSync(bytes, { level: 1 }), { status, headers })
})
