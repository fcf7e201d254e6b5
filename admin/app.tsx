/** The whole admin as one function from request to answer: guard, log, routes, and what is said when there is none. */
import { Hono } from 'hono'
import type { Log } from '../contracts/log.ts'
import { TroublePage } from '../views/trouble.tsx'
import { type Assets, assetUrls, serveAssets } from './assets.ts'
import { makeGuard } from './guard.ts'
import { type HealthDeps, makeMeasureHealth } from './health.ts'
import type { Kafka } from './kafka.ts'
import { makeMeasureOverview, type OverviewConfig } from './overview.ts'
import { page, problem, wantsJson } from './represent.ts'
import { makeRequestLog } from './request-log.ts'
import { deadLetterRoutes, type LookupConfig } from './routes/dead-letters.tsx'
import { healthRoutes } from './routes/health.ts'
import { overviewRoutes } from './routes/overview.tsx'
import { searchRoutes } from './routes/search.tsx'
import type { Store } from './store.ts'

export type AppDeps = Omit<HealthDeps, 'store' | 'kafka'> & {
  readonly store: Store
  readonly kafka: Pick<Kafka, 'ping' | 'topicLog'>
  readonly assets: Assets
  readonly log: Log
}

export type AppConfig = Omit<OverviewConfig, 'storeDeadlineMs'> & {
  readonly hosts: readonly string[]
  readonly statementTimeoutMs: number
}

const PREVIEW_BYTES = 16 * 1024
const GRACE_MS = 500

export function makeApp(deps: AppDeps, config: AppConfig): Hono {
  const storeDeadlineMs = config.statementTimeoutMs + GRACE_MS
  const measureHealth = makeMeasureHealth(deps, config)
  const measureOverview = makeMeasureOverview(
    { ...deps, measureHealth },
    { ...config, storeDeadlineMs },
  )
  const looking = { store: deps.store, assets: assetUrls(deps.assets), now: deps.now }
  const lookup: LookupConfig = { storeDeadlineMs, previewBytes: PREVIEW_BYTES }

  return new Hono()
    .use(makeRequestLog(deps.log))
    .use(makeGuard(config))
    .route('/', serveAssets(deps.assets))
    .route('/', overviewRoutes({ measureOverview, assets: looking.assets }))
    .route('/', healthRoutes({ measureHealth }))
    .route('/', deadLetterRoutes(looking, lookup))
    .route('/', searchRoutes(looking, lookup))
    .notFound((c) => {
      if (wantsJson(c)) return problem(c, 404, 'NOT_FOUND', 'There is nothing at this path')
      return page(c, <TroublePage kind="not-found" assets={looking.assets} />, 404)
    })
    .onError((err, c) => {
      deps.log.error({ err, path: c.req.path.slice(0, 200) }, 'request failed')
      if (wantsJson(c))
        return problem(c, 500, 'INTERNAL', 'The admin failed to answer; see its log')
      return page(c, <TroublePage kind="failed" assets={looking.assets} />, 500)
    })
}
