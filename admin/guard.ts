/**
 * What every request passes before anything is looked up: only GET and HEAD, and POST from our own pages where something
 * takes it; only Host names that are ours (a page of another site must not reach this port by rebinding its name); and
 * headers that let a page run nothing but our files.
 */
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { problem } from './represent.ts'

const headers = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  // Our own pages have to name their origin when they post.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

/** `hosts`: names besides the loopback ones, in lower case; any port is fine. `posts`: paths that take POST. */
export function makeGuard(config: {
  readonly hosts: readonly string[]
  readonly posts: readonly string[]
}) {
  const ours = new Set([...loopbackNames, ...config.hosts])
  return createMiddleware(async (c, next) => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
    if (!ours.has(hostName(hostOf(c))))
      return problem(c, 403, 'HOST_NOT_ALLOWED', 'This host name is not in ADMIN_HOSTS')
    const { method, path } = c.req
    if (method === 'GET' || method === 'HEAD') return await next()
    if (method !== 'POST' || !config.posts.includes(path)) {
      c.header('Allow', 'GET, HEAD')
      return problem(c, 405, 'METHOD_NOT_ALLOWED', 'This path takes GET and HEAD')
    }
    if (!isFromOurPage(c))
      return problem(c, 403, 'CROSS_ORIGIN', 'Only a page of this admin may ask for this')
    return await next()
  })
}

/** A browser says where a form was sent from; who says nothing is no page of ours. */
function isFromOurPage(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  return URL.parse(c.req.header('origin') ?? '')?.host === hostOf(c)
}

const hostOf = (c: Context): string => c.req.header('host') ?? new URL(c.req.url).host

const hostName = (host: string): string => host.toLowerCase().replace(/:\d*$/, '')
