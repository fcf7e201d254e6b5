import { afterAll, expect, test } from 'bun:test'
import { makeAskReady } from './ready.ts'

let answer = () => Response.json({})
const service = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => answer() })
const ask = () => makeAskReady(service.url.origin)(AbortSignal.timeout(2000))
const ready = { status: 200, degraded: [], reasons: [] }
afterAll(() => service.stop(true))

test('what a service works without is passed on, within bounds', async () => {
  answer = () => Response.json({ degraded: ['redis', 'x'.repeat(1000)] })
  expect(await ask()).toEqual({ status: 200, degraded: ['redis', 'x'.repeat(64)], reasons: [] })
})

test('another shape is ready without anything missing', async () => {
  for (const body of ['[]', 'null', '{"degraded":7}', 'ok', '']) {
    answer = () => new Response(body)
    expect(await ask()).toEqual(ready)
  }
})

test('a service that is not ready says why, within bounds', async () => {
  const reasons = Array.from({ length: 11 }, () => 'x'.repeat(1000))
  answer = () => Response.json({ status: 'not ready', reasons }, { status: 503 })
  const read = { ...ready, status: 503, reasons: Array.from({ length: 10 }, () => 'x'.repeat(200)) }
  expect(await ask()).toEqual(read)
})

test('a processor tells which partitions it holds', async () => {
  answer = () => Response.json({ status: 'ready', partitions: [0, 4], reasons: [] })
  expect(await ask()).toEqual({ ...ready, partitions: [0, 4] })
})

test('an answer without end is read no further than its bound', async () => {
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(8192).fill(32)),
  })
  answer = () => new Response(endless)
  expect(await ask()).toEqual(ready)
})

test('a processor that control has paused says so', async () => {
  const reasons = ['paused by control: a migration']
  answer = () => Response.json({ status: 'paused', partitions: [], reasons })
  expect(await ask()).toEqual({ ...ready, partitions: [], reasons, paused: true })
})
