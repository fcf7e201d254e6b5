/**
 * What every request passes before anything is looked up: only GET and HEAD, only Host names that are ours (a page of
 * another site must not reach this port by rebinding its name), and headers that let a page run nothing but our files.
 */
import { createMiddleware } from 'hono/factory'
import { problem } from './represent.ts'

const headers = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

/** `hosts`: names besides the loopback ones, in lower case. Any port is fine. */
export function makeGuard(config: { readonly hosts: readonly string[] }) {
  const ours = new Set([...loopbackNames, ...config.hosts])
  return createMiddleware(async (c, next) => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
    if (!ours.has(hostName(c.req.header('host') ?? new URL(c.req.url).host)))
      return problem(c, 403, 'HOST_NOT_ALLOWED', 'This host name is not in ADMIN_HOSTS')
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      c.header('Allow', 'GET, HEAD')
      return problem(c, 405, 'METHOD_NOT_ALLOWED', 'This path takes GET and HEAD')
    }
    return await next()
  })
}

const hostName = (host: string): string => host.toLowerCase().replace(/:\d*$/, '')
