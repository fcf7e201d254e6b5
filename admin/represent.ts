/**
 * One handler, two representations: paths under `/admin/` and requests that prefer `application/json` get JSON, the
 * others a page. Problems have one shape: `{"error":{"code","message"}}`.
 */
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Outage } from '../views/facts.ts'
import { writeJson } from './json.ts'

export type Status = 200 | 400 | 401 | 403 | 404 | 405 | 500 | 503
export type Page = HtmlEscapedString | Promise<HtmlEscapedString>

export function wantsJson(c: Context): boolean {
  if (c.req.path.startsWith('/admin/')) return true
  const supports = ['text/html', 'application/json']
  return accepts(c, { header: 'Accept', supports, default: 'text/html' }) === 'application/json'
}

export function json(c: Context, body: unknown, status: Status = 200): Response {
  c.header('Content-Type', 'application/json; charset=utf-8')
  return c.body(writeJson(body), status)
}

export const problem = (c: Context, status: Status, code: string, message: string): Response =>
  json(c, { error: { code, message } }, status)

/** A dependency gave no answer: the same question may be asked again. */
export function outage(c: Context, { kind, why }: Outage): Response {
  c.header('Retry-After', '1')
  return problem(c, 503, kind === 'too-slow' ? 'TOO_SLOW' : 'UNAVAILABLE', why)
}

export function page(c: Context, html: Page, status: Status = 200): Response | Promise<Response> {
  c.header('Vary', 'Accept, Cookie', { append: true })
  return c.html(html, status)
}
