import { expect, test } from 'bun:test'
import { Hono } from 'hono'
import { compressed } from './compressed.ts'

const long = 'a'.repeat(5000)
const app = new Hono()
  .use(compressed)
  .get('/page', (c) => c.html(long))
  .get('/short', (c) => c.html('short'))
  .get('/problem', (c) => c.json({ error: long }, 503))
  .get('/stream', (c) => c.body(long, 200, { 'Content-Type': 'text/event-stream' }))
  .get('/already', (c) =>
    c.body(long, 200, { 'Content-Type': 'text/html', 'Content-Encoding': 'br' }),
  )

const ask = (path: string, encoding = 'gzip, br') =>
  app.request(path, { headers: { 'Accept-Encoding': encoding } })

test.each([
  ['/page', long, 200],
  ['/problem', JSON.stringify({ error: long }), 503],
])('%s comes compressed to who takes it, and is the same', async (path, whole, status) => {
  const answer = await ask(path)
  expect([answer.status, answer.headers.get('content-encoding')]).toEqual([status, 'gzip'])
  expect(answer.headers.get('vary')).toContain('Accept-Encoding')
  const bytes = new Uint8Array(await answer.arrayBuffer())
  expect(bytes.length).toBeLessThan(500)
  expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(whole)
})

test('it comes as it is to who does not', async () => {
  const answer = await ask('/page', 'br')
  expect(answer.headers.get('content-encoding')).toBeNull()
  expect(await answer.text()).toBe(long)
})

test.each([
  ['/short', null],
  ['/stream', null],
  ['/already', 'br'],
])('%s is left as it is', async (path, encoding) => {
  expect((await ask(path)).headers.get('content-encoding')).toBe(encoding)
})
