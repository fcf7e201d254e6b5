/** The whole admin as one function from request to answer: guard, log, routes, and what is said when there is none. */
import { Hono } from 'hono'
import type { Log } from '../contracts/log.ts'
import { TroublePage } from '../views/trouble.tsx'
import { type Assets, assetUrls, serveAssets } from './assets.ts'
import { makeGuard } from './guard.ts'
import { makeMeasureHealth, makeProbes, type ProbeDeps } from './health.ts'
import type { Kafka } from './kafka.ts'
import { type LagConfig, makeMeasureLag } from './lag.ts'
import { makeMeasureOverview } from './overview.ts'
import { makeMeasurePipeline } from './pipeline.ts'
import { makeReadPositions } from './positions.ts'
import { page, problem, wantsJson } from './represent.ts'
import { makeRequestLog } from './request-log.ts'
import { commerceRoutes } from './routes/commerce.ts'
import { deadLetterRoutes, type LookupConfig } from './routes/dead-letters.tsx'
import { healthRoutes } from './routes/health.ts'
import { overviewRoutes } from './routes/overview.tsx'
import { pipelineRoutes } from './routes/pipeline.tsx'
import { searchRoutes } from './routes/search.tsx'
import { topEventTypesRoutes } from './routes/top-event-types.ts'
import type { Store } from './store.ts'

export type AppDeps = Omit<ProbeDeps, 'store' | 'kafka'> & {
  readonly store: Store
  readonly kafka: Pick<Kafka, 'ping' | 'topicLog' | 'committed'>
  readonly assets: Assets
  readonly log: Log
  readonly now: () => Date
}

type AppConfig = LagConfig & {
  readonly hosts: readonly string[]
  readonly statementTimeoutMs: number
}

const PREVIEW_BYTES = 16 * 1024
const GRACE_MS = 500

export function makeApp(deps: AppDeps, config: AppConfig): Hono {
  const { store, kafka, now } = deps
  const storeDeadlineMs = config.statementTimeoutMs + GRACE_MS
  const lookup: LookupConfig = { storeDeadlineMs, previewBytes: PREVIEW_BYTES }
  const assets = assetUrls(deps.assets)

  const probes = makeProbes(deps, config)
  const measureHealth = makeMeasureHealth(probes, now)
  const readPositions = makeReadPositions(deps, { ...config, storeDeadlineMs })
  const measureLag = makeMeasureLag({ kafka, readPositions }, config)
  const measureOverview = makeMeasureOverview(
    { store, readPositions, measureHealth, now },
    { ...config, storeDeadlineMs },
  )
  const measurePipeline = makeMeasurePipeline(
    { store, measureLag, probeProcessor: probes.processor, now },
    { storeDeadlineMs },
  )

  return new Hono()
    .use(makeRequestLog(deps.log))
    .use(makeGuard(config))
    .route('/', serveAssets(deps.assets))
    .route('/', overviewRoutes({ measureOverview, assets }))
    .route('/', pipelineRoutes({ measurePipeline, measureLag, assets, now }))
    .route('/', healthRoutes({ measureHealth }))
    .route('/', topEventTypesRoutes({ store, now }, lookup))
    .route('/', deadLetterRoutes({ store, assets, now }, lookup))
    .route('/', searchRoutes({ store, assets }, lookup))
    .route('/', commerceRoutes({ store }, lookup))
    .notFound((c) => {
      if (wantsJson(c)) return problem(c, 404, 'NOT_FOUND', 'There is nothing at this path')
      return page(c, <TroublePage kind="not-found" assets={assets} />, 404)
    })
    .onError((err, c) => {
      deps.log.error({ err, path: c.req.path.slice(0, 200) }, 'request failed')
      if (wantsJson(c))
        return problem(c, 500, 'INTERNAL', 'The admin failed to answer; see its log')
      return page(c, <TroublePage kind="failed" assets={assets} />, 500)
    })
}
