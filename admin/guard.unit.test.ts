import { expect, test } from 'bun:test'
import { readSettings } from '../contracts/env.ts'
import { aDeadLetter, anAdmin, anEvent, aReadiness } from './builders.ts'
import { settings } from './settings.ts'

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' hx-get='/x' hx-trigger='load",
  '</pre><svg onload=alert(1)>',
  'javascript:alert(1)',
]

test.each(hostile)('%s stays text wherever a stranger can write it', async (text) => {
  const letter = aDeadLetter({
    tenantId: text,
    idempotencyKey: text,
    eventType: text,
    eventId: text,
    code: text,
    path: text,
    sentence: text,
    original: text,
  })
  const event = anEvent({
    tenantId: text,
    eventId: text,
    idempotencyKey: text,
    eventType: text,
    orderingKey: text,
    requestId: text,
    payload: JSON.stringify({ [text]: text }),
  })
  const admin = anAdmin({
    store: {
      newestDeadLetters: async () => ({ deadLetters: [letter], leftOut: 0 }),
      matches: async () => ({ events: [event], deadLetters: [letter], more: false }),
      topEventTypes: async () => [{ eventType: text, count: 1 }],
    },
    ingest: async () => aReadiness({ degraded: [text] }),
    processor: async () => aReadiness({ status: 503, reasons: [text] }),
  })
  const query = new URLSearchParams({ tenant: text, eventId: text })
  for (const path of [
    '/',
    '/pipeline',
    '/dlq',
    `/search?${query}`,
    `/${encodeURIComponent(text)}`,
  ]) {
    const live = path === '/' || path === '/pipeline'
    const html = await (await admin.request(path)).text()
    const markup = html.replace(/="[^"]*"/g, '=""')
    expect(namesOf(markup).filter((name) => !ourElements.has(name))).toEqual([])
    expect(markup).not.toMatch(/<[^>]*\son\w+=/)
    expect(html).not.toMatch(/(href|src|action)="javascript:/)
    expect(markup.match(/<script/g)?.length ?? 0).toBe(live ? 2 : 0)
    expect(markup.match(/<[^>]*\shx-trigger=/g)?.length ?? 0).toBe(live ? 1 : 0)
  }
})

const namesOf = (markup: string) => [...markup.matchAll(/<([a-z][\w-]*)/gi)].map(([, name]) => name)
const ourElements: ReadonlySet<string | undefined> = new Set(
  (
    'html head meta title link script body a header span nav main div h1 h2 h3 h4 p ul li dl dt dd section ' +
    'table thead tbody tr th td svg rect time bdi code pre details summary article form label input button strong'
  ).split(' '),
)

test('every answer forbids inline script and style, sniffing, referrers and caching', async () => {
  for (const path of [
    '/',
    '/pipeline',
    '/dlq',
    '/search',
    '/admin/health',
    '/nothing',
    '/dlq?limit=0',
  ]) {
    const { headers } = await anAdmin().request(path)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
  }
})

test('no page carries inline script, style or handlers', async () => {
  for (const path of ['/', '/pipeline', '/dlq', '/search', '/nothing']) {
    const html = await (await anAdmin().request(path)).text()
    expect(html).not.toMatch(/<script(?! src=)|<style|\sstyle=|\son\w+=/)
  }
})

test.each([
  ['localhost:8081', 200],
  ['127.0.0.1', 200],
  ['[::1]:8081', 200],
  ['pulse.example:8081', 200],
  ['evil.example', 403],
  ['127.0.0.1.evil.example', 403],
  ['localhost.evil.example:8081', 403],
])('Host %s is answered with %i', async (host, status) => {
  const admin = anAdmin({ hosts: ['pulse.example'] })
  const answer = await admin.request('/admin/health', { headers: { Host: host } })
  expect(answer.status).toBe(status)
})

test('only GET and HEAD are taken', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const answer = await anAdmin().request('/', { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, HEAD')
  }
  expect((await anAdmin().request('/', { method: 'HEAD' })).status).toBe(200)
})

test('a log line of a request holds no query string', async () => {
  const lines: unknown[] = []
  const log = {
    debug: () => {},
    warn: () => {},
    error: () => {},
    info: (of: object) => lines.push(of),
  }
  await anAdmin({ log }).request('/search?tenant=a&idempotencyKey=secret')
  expect(lines).toEqual([{ method: 'GET', path: '/search', status: 200, ms: expect.any(Number) }])
})

test.each(['0.0.0.0', '::', '10.0.0.1', 'example.org', '127.0.0.1.example.org'])(
  'the admin does not start on %s, because there is no sign-in',
  (host) => {
    const read = readSettings(settings, { ADMIN_HOST: host, DATABASE_URL: 'postgres://x/y' })
    expect(read).toMatchObject({ ok: false, problems: [expect.stringContaining('no sign-in')] })
  },
)

test('the defaults listen on loopback and name the seeds’ port', () => {
  const read = readSettings(settings, { DATABASE_URL: 'postgres://x/y' })
  expect(read).toMatchObject({ ok: true, config: { host: '127.0.0.1', port: 8081, hosts: [] } })
})
