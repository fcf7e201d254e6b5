import { afterAll, expect, test } from 'bun:test'
import { makeAskReady } from './ready.ts'

let answer = () => Response.json({})
const service = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => answer() })
const ask = () => makeAskReady('Ingest', service.url.origin)(AbortSignal.timeout(2000))
afterAll(() => service.stop(true))

test('what a service works without is passed on, within bounds', async () => {
  answer = () => Response.json({ degraded: ['redis', 'x'.repeat(1000)] })
  expect(await ask()).toEqual({ degraded: ['redis', 'x'.repeat(64)] })
})

test('another shape is ready without anything missing', async () => {
  for (const body of ['[]', 'null', '{"degraded":7}', 'ok', '']) {
    answer = () => new Response(body)
    expect(await ask()).toEqual({ degraded: [] })
  }
})

test('a service that is not ready says why', async () => {
  answer = () => Response.json({ reasons: ['draining'] }, { status: 503 })
  await expect(ask()).rejects.toThrow('Ingest is not ready (503); draining')
})

test('an answer without end is read no further than its bound', async () => {
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(8192).fill(32)),
  })
  answer = () => new Response(endless)
  expect(await ask()).toEqual({ degraded: [] })
})
