/** The paths of the door, and what each does with a request. */
import { type Answer, answerRejection } from './answer.ts'
import { later } from './later.ts'
import type { Exposition } from './metrics.ts'
import type { Readiness } from './readiness.ts'
import type { Route } from './server.ts'

type Deps = {
  readonly postEvent: Route['handle']
  readonly postBatch: Route['handle']
  readonly readiness: () => Promise<Readiness>
  readonly metrics: Exposition
  /** The API, for people and programs. */
  readonly docs: readonly Route[]
}

export function makeRoutes(deps: Deps): readonly Route[] {
  return [
    { method: 'post', path: '/events', handle: deps.postEvent },
    { method: 'post', path: '/events/batch', handle: deps.postBatch },
    // What asks for a WebSocket does not come here.
    { method: 'get', path: '/stream', handle: (exchange) => exchange.answer(noUpgrade) },
    { method: 'get', path: '/health', handle: (exchange) => exchange.answer(health) },
    { method: 'get', path: '/ready', handle: later(async () => ready(await deps.readiness())) },
    { method: 'get', path: '/metrics', handle: later(() => metrics(deps.metrics)) },
    ...deps.docs,
  ]
}

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: [],
  body: JSON.stringify(body),
})

const noUpgrade = answerRejection({ code: 'UPGRADE_REQUIRED' }, [['Upgrade', 'websocket']])

const health = json(200, { status: 'ok' })

const ready = (readiness: Readiness): Answer => json(readiness.ready ? 200 : 503, readiness.body)

const metrics = async (source: Exposition): Promise<Answer> => ({
  status: 200,
  headers: [],
  contentType: source.contentType,
  body: await source.text(),
})
