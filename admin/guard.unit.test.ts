import { expect, test } from 'bun:test'
import { readSettings } from '../contracts/env.ts'
import { aDeadLetter, anAdmin, anEvent, aReadiness, someMetrics, someRecords } from './builders.ts'
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
  const cluster = { code: text, path: text, eventType: text, example: 1, trend: [1], count: 1 }
  const counts = { stored: 1, duplicate: 1, dead: 1 }
  const projection = {
    ...{ name: 'users', passed: false, phase: 'following' as const, behind: 1 },
    pausedWhy: text,
  }
  const admin = anAdmin({
    store: {
      letter: async () => letter,
      lettersBetween: async () => [letter],
      letterClusters: async (since, until) => ({
        ...{ since, until, letters: 1, most: 9 },
        clusters: [{ ...cluster, open: 1, first: since, last: since }],
      }),
      matches: async () => ({ events: [event], deadLetters: [letter], more: false }),
      keyRecords: async () =>
        someRecords({ events: [event], deadLetters: [letter], projections: [projection] }),
      tenants: async () => [text, 'tenant_b'],
      tenantsOfKey: async () => [text, 'tenant_b'],
      eventsBetween: async () => [event],
      topEventTypes: async () => [{ eventType: text, count: 1 }],
      dayCounts: async () => [{ at: null, tenantId: text, ...counts }],
    },
    kafka: {
      group: async () => ({
        state: 'stable',
        members: [{ clientId: text, host: text, partitions: [0] }],
      }),
    },
    ingest: async () => aReadiness({ degraded: [text] }),
    processor: async () => aReadiness({ status: 503, reasons: [text] }),
    readRecord: async () => ({ key: text, headers: [[text, text]] }),
    ingestMetrics: someMetrics(
      `pulse_ingest_events_total{tenant="x",verdict="${text.replaceAll('"', '\\"')}"} 1`,
    ),
  })
  const query = new URLSearchParams({ tenant: text, eventId: text })
  for (const path of [
    '/',
    '/pipeline',
    '/dlq',
    '/dlq/1',
    '/tail',
    `/search?${query}`,
    `/search?${new URLSearchParams({ q: text })}`,
    `/search?${new URLSearchParams({ type: text, payload: JSON.stringify(text) })}`,
    `/events?${new URLSearchParams({ tenant: text, key: text })}`,
    `/events/${encodeURIComponent(text)}`,
    `/${encodeURIComponent(text)}`,
  ]) {
    const html = await (await admin.request(path)).text()
    const markup = html.replace(/="[^"]*"/g, '=""')
    const foreign = namesOf(markup).filter((name) => !ourElements.has(name))
    expect([path, new Set(foreign)]).toEqual([path, new Set()])
    expect(markup).not.toMatch(/<[^>]*\son\w+=/)
    expect(html).not.toMatch(/(href|src|action)="javascript:/)
    expect(markup.match(/<script/g)).toHaveLength(3)
    expect(markup).not.toMatch(/<[^>]*\shx-trigger=/)
  }
})

const namesOf = (markup: string) => [...markup.matchAll(/<([a-z][\w-]*)/gi)].map(([, name]) => name)
const ourElements: ReadonlySet<string | undefined> = new Set(
  (
    'html head meta title link script body a header span nav main footer div h1 h2 h3 h4 p ul ol li dl dt dd section ' +
    'table caption thead tbody tr th td time bdi code kbd pre mark details summary article figure strong dialog ' +
    'form search fieldset legend label input select option button svg rect g path line circle text'
  ).split(' '),
)

const pages = ['/', '/pipeline', '/search', '/tail', '/dlq', '/events?tenant=a&key=k'] as const

test('every answer forbids inline script and style, sniffing, referrers and caching', async () => {
  for (const path of [...pages, '/admin/health', '/nothing', '/dlq?limit=0']) {
    const { headers } = await anAdmin().request(path)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; " +
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('cache-control')).toBe('no-store')
  }
})

test('no page carries inline script, style or handlers', async () => {
  for (const path of [...pages, '/nothing']) {
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

const post = (headers: Record<string, string>, form = 'theme=dark&back=/dlq%3Fcode=A') =>
  anAdmin().request('/theme', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: form,
  })

test('the colours that a viewer chooses are kept, and shown on the page they came from', async () => {
  const answer = await post({ 'Sec-Fetch-Site': 'same-origin' })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/dlq?code=A')
  const cookie = answer.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^pulse-theme=dark;.*HttpOnly; SameSite=Lax$/)
  const html = await (await anAdmin().request('/', { headers: { Cookie: cookie } })).text()
  expect(html).toContain('<html lang="en" data-theme="dark">')
})

test.each([
  ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://localhost' }],
  ['another port of this machine', { Origin: 'http://localhost:9999' }],
  ['nobody knows where', {}],
  ['no page', { Origin: 'null' }],
])('a form that was sent from %s is refused', async (_, headers: Record<string, string>) => {
  expect((await post({ Host: 'localhost:8081', ...headers })).status).toBe(403)
})

test.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', ''])(
  'nobody is sent on to %p',
  async (back) => {
    const form = String(new URLSearchParams({ theme: 'light', back }))
    const answer = await post({ 'Sec-Fetch-Site': 'same-origin' }, form)
    expect(answer.headers.get('location')).toBe('/')
  },
)

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
