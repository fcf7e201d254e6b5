import { afterAll, beforeEach, expect, test } from 'bun:test'
import { createServer } from 'node:net'
import { startCollector } from '../infra/harness/otlp.ts'
import { until } from '../infra/harness/until.ts'
import type { Facts } from './exchange.ts'
import { openTracing } from './open-tracing.ts'
import { traceFlushMs } from './timing.ts'
import type { RequestTrace, Tracing } from './tracing.ts'
import type { TracingConfig } from './tracing-settings.ts'

const collector = startCollector()
afterAll(() => collector.stop())

const troubles = {
  kinds: [] as string[],
  happened: (kind: string) => void troubles.kinds.push(kind),
}
beforeEach(() => {
  troubles.kinds = []
})

const open = (given: Partial<TracingConfig> = {}): Promise<Tracing> =>
  openTracing(
    {
      otlpEndpoint: collector.url,
      otlpHeaders: { 'x-secret': 'hunter2' },
      serviceName: 'pulse-test',
      tracesSampler: 'parentbased_always_on',
      tracesSamplerRatio: 1,
      rawTopic: 'events.raw',
      ...given,
    },
    troubles,
  )
const facts: Facts = { tenant: 'tenant_a', verdict: 'accepted', bytes: 7, results: undefined }
const parent = (flags = '01') => {
  const [traceId, spanId] = [32, 16].map((digits) =>
    crypto.randomUUID().replaceAll('-', '').slice(0, digits),
  )
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` }
}
/** What an accepted event tells its trace. */
function accepted(trace: RequestTrace): string | undefined {
  trace.claimed(performance.now() - 2, 'taken')
  const traceparent = trace.sending()
  trace.reported('acked')
  trace.answered('req_1', 202, 'OK', facts)
  return traceparent
}
const spansOf = (traceId: string | undefined) =>
  collector.spans.filter((span) => span.traceId === traceId)
/** Closes it. On a busy machine what it sends at last may arrive behind that: a close waits half a second. */
async function spansAfter(tracing: Tracing, traceId: string | undefined, count: number) {
  await tracing.close()
  return until(`${count} spans are there`, () => {
    const found = spansOf(traceId)
    return found.length >= count && found
  })
}

test('a request is a server span under its producer’s, with its claim and its record below', async () => {
  const tracing = await open()
  const from = parent()
  const trace = tracing.request('/events', from.traceparent)
  expect(trace.traceId).toBe(from.traceId as string)
  const traceparent = accepted(trace)
  const sent = await spansAfter(tracing, from.traceId, 3)

  const spans = Object.fromEntries(sent.map((span) => [span.name, span]))
  const { 'POST /events': server, claim, 'send events.raw': send } = spans
  expect(server).toMatchObject({
    parentSpanId: from.spanId,
    kind: 2,
    status: 0,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/events',
      'http.response.status_code': 202,
      'http.request.body.size': 7,
      'pulse.request_id': 'req_1',
      'pulse.tenant': 'tenant_a',
      'pulse.verdict': 'accepted',
    },
    resource: { 'service.name': 'pulse-test', 'process.pid': process.pid },
  })
  expect(claim).toMatchObject({
    parentSpanId: server?.spanId,
    kind: 3,
    attributes: { 'db.system.name': 'redis', 'pulse.claim': 'taken' },
  })
  expect(send).toMatchObject({
    parentSpanId: server?.spanId,
    kind: 4,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.destination.name': 'events.raw',
      'messaging.batch.message_count': 1,
    },
  })
  expect(traceparent).toBe(`00-${from.traceId}-${send?.spanId}-01`)
  expect(Number(claim?.end) - Number(claim?.start)).toBeWithin(1.9e6, 5e9)
  expect(Math.abs(Number(server?.start) / 1e6 - Date.now())).toBeLessThan(60_000)
  expect(collector.requests.at(-1)?.path).toBe('/v1/traces')
  expect(collector.requests.at(-1)?.headers.get('x-secret')).toBe('hunter2')
})

test('a request without a traceparent begins a trace', async () => {
  const tracing = await open()
  const trace = tracing.request('/events', undefined)
  accepted(trace)
  const spans = await spansAfter(tracing, trace.traceId, 3)
  const server = spans.find(({ name }) => name === 'POST /events')
  expect(server?.parentSpanId).toBe('')
})

test('a batch is as many spans as one event, and its records share a context', async () => {
  const tracing = await open()
  const trace = tracing.request('/events/batch', undefined)
  for (let i = 0; i < 3; i++) trace.claimed(performance.now(), 'taken')
  const traceparents = [trace.sending(), trace.sending()]
  trace.reported('acked')
  trace.reported('acked')
  traceparents.push(trace.sending())
  trace.reported('unknown')
  trace.answered('req_1', 200, 'OK', {
    ...facts,
    verdict: undefined,
    results: { accepted: 2, retry: 1 },
  })
  const spans = await spansAfter(tracing, trace.traceId, 3)
  expect(new Set(traceparents).size).toBe(1)
  expect(spans).toHaveLength(3)
  expect(spans.find(({ name }) => name === 'send events.raw')).toMatchObject({
    status: 2,
    attributes: { 'messaging.batch.message_count': 3 },
  })
  expect(spans.find(({ name }) => name === 'claim')?.attributes).toEqual({
    'db.system.name': 'redis',
    'db.operation.batch.size': 3,
  })
  expect(spans.find(({ name }) => name === 'POST /events/batch')?.attributes).toMatchObject({
    'pulse.events.accepted': 2,
    'pulse.events.retry': 1,
  })
})

test('a report that comes after the answer still ends its span', async () => {
  const tracing = await open()
  const trace = tracing.request('/events', undefined)
  trace.sending()
  trace.answered('req_1', 503, 'UNCONFIRMED', facts)
  trace.reported('acked')
  const spans = await spansAfter(tracing, trace.traceId, 2)
  const [send, server] = ['send events.raw', 'POST /events'].map((name) =>
    spans.find((span) => span.name === name),
  )
  expect(server).toMatchObject({ status: 2, attributes: { 'error.type': 'UNCONFIRMED' } })
  expect(Number(send?.end)).toBeGreaterThanOrEqual(Number(server?.end))
})

test('a client’s fault is no error of the server', async () => {
  const tracing = await open()
  const trace = tracing.request('/events', undefined)
  trace.answered('req_1', 401, 'UNAUTHORIZED', { ...facts, tenant: undefined, verdict: undefined })
  expect(await spansAfter(tracing, trace.traceId, 1)).toMatchObject([
    { status: 0, attributes: { 'error.type': 'UNAUTHORIZED', 'http.response.status_code': 401 } },
  ])
})

test.each([
  ['parentbased_always_on', '00', 0],
  ['parentbased_always_off', '01', 3],
  ['parentbased_always_off', undefined, 0],
  ['always_on', '00', 3],
  ['always_off', '01', 0],
  ['traceidratio', '01', 0],
] as const)(
  '%p with a parent of flags %p records %p spans',
  async (tracesSampler, flags, count) => {
    const tracing = await open({ tracesSampler, tracesSamplerRatio: 0 })
    const from = flags === undefined ? undefined : parent(flags)
    const trace = tracing.request('/events', from?.traceparent)
    const passedOn = accepted(trace)
    expect(await spansAfter(tracing, trace.traceId ?? 'none', count)).toHaveLength(count)
    // Who is not recorded stands between its producer and its record unseen.
    if (count === 0) expect(passedOn).toBe(from?.traceparent)
  },
)

test('a collector that is gone or silent costs spans only, and a warning', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await until('it listens', () => silent.listening)
  const { port } = silent.address() as { port: number }
  process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '100'
  for (const endpoint of ['http://127.0.0.1:1', `http://127.0.0.1:${port}`]) {
    troubles.kinds = []
    const tracing = await open({ otlpEndpoint: endpoint })
    for (let i = 0; i < 5_000; i++) accepted(tracing.request('/events', undefined))
    await until('it is warned of', () => troubles.kinds.includes('spans_lost'))
    accepted(tracing.request('/events', undefined))
    const began = performance.now()
    await tracing.close()
    expect(performance.now() - began).toBeLessThan(traceFlushMs + 1_000)
  }
  delete process.env.OTEL_EXPORTER_OTLP_TIMEOUT
  silent.close()
}, 30_000)

test('without an endpoint a traceparent is passed on, and nothing else is done', async () => {
  const tracing = await open({ otlpEndpoint: undefined })
  const { traceparent, traceId } = parent()
  const trace = tracing.request('/events', traceparent)
  expect(accepted(trace)).toBe(traceparent)
  expect(trace.traceId).toBe(traceId)
  expect(tracing.request('/events', undefined).sending()).toBeUndefined()
})
