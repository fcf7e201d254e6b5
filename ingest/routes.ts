/** What is at which path: the event door, and what operators and Prometheus ask. */
import { accept } from './accept.ts'
import type { Admit } from './admit.ts'
import { type Answer, answerRejection, answerVerdict } from './answer.ts'
import { readBody } from './body.ts'
import type { IngestMetrics } from './metrics.ts'
import type { Readiness } from './readiness.ts'
import type { Exchange, Route } from './server.ts'
import type { Tenants } from './tenants.ts'

type Deps = {
  readonly tenants: Tenants
  readonly admit: Admit
  readonly readiness: () => Promise<Readiness>
  readonly metrics: IngestMetrics
}

export function makeRoutes(deps: Deps, config: { maxEventBytes: number }): readonly Route[] {
  return [
    { method: 'post', path: '/events', handle: postEvent(deps, config.maxEventBytes) },
    { method: 'get', path: '/health', handle: async () => json(200, { status: 'ok' }) },
    { method: 'get', path: '/ready', handle: async () => ready(await deps.readiness()) },
    { method: 'get', path: '/metrics', handle: async () => metrics(deps.metrics) },
  ]
}

const postEvent =
  ({ tenants, admit, metrics }: Deps, maxEventBytes: number) =>
  async (exchange: Exchange): Promise<Answer | undefined> => {
    const { request, requestId } = exchange
    const tenant = tenants.byKey(apiKeyOf(exchange))
    if (tenant === undefined) return answerRejection({ code: 'UNAUTHORIZED' })
    const headers = {
      contentType: request.getHeader('content-type'),
      contentEncoding: request.getHeader('content-encoding'),
      idempotencyKey: request.getHeader('idempotency-key'),
      orderingKey: request.getHeader('ordering-key'),
    }
    const traceparent = request.getHeader('traceparent')
    const body = await readBody(exchange, maxEventBytes)
    if (body === 'gone') return undefined
    const verdict = await admit({
      tenant,
      requestId,
      decide: () => accept({ ...headers, body }),
      traceparent: isTraceparent(traceparent) ? traceparent : undefined,
    })
    metrics.judged(tenant.id, verdict)
    return answerVerdict(verdict)
  }

function apiKeyOf({ request }: Exchange): string {
  const key = request.getHeader('x-api-key')
  if (key !== '') return key
  const authorization = request.getHeader('authorization')
  return /^bearer /i.test(authorization) ? authorization.slice('bearer '.length).trim() : ''
}

/** W3C Trace Context, version 00; anything else is not passed on. */
const isTraceparent = (text: string): boolean =>
  /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(text)

const ready = (readiness: Readiness): Answer => json(readiness.ready ? 200 : 503, readiness.body)

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: [],
  body: JSON.stringify(body),
})

const metrics = async (source: IngestMetrics): Promise<Answer> => ({
  status: 200,
  headers: [],
  contentType: source.contentType,
  body: await source.text(),
})
