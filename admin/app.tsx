/** The whole admin as one function from request to answer: guard, log, routes, and what is said when there is none. */
import { Hono } from 'hono'
import type { Log } from '../contracts/log.ts'
import { TroublePage } from '../views/trouble.tsx'
import type { AskMetrics } from './ask-metrics.ts'
import { type Assets, assetUrls, serveAssets } from './assets.ts'
import { compressed } from './compressed.ts'
import { makeFrameOf } from './frame.ts'
import { makeGuard } from './guard.ts'
import { makeMeasureHealth, makeProbes, type ProbeDeps } from './health.ts'
import type { History } from './history.ts'
import type { Kafka } from './kafka.ts'
import { type LagConfig, makeMeasureLag } from './lag.ts'
import { type AskStore, makeAskStore } from './outage.ts'
import { makeMeasureOverview } from './overview.ts'
import { makeMeasurePipeline } from './pipeline.ts'
import { makeReadPositions } from './positions.ts'
import type { FindProducer } from './producers.ts'
import type { ReadRecord } from './read-record.ts'
import { page, problem, wantsJson } from './represent.ts'
import { makeRequestLog } from './request-log.ts'
import { commerceRoutes } from './routes/commerce.ts'
import { deadLetterByIdRoutes } from './routes/dead-letter.tsx'
import { deadLetterRoutes } from './routes/dead-letters.tsx'
import { eventRoutes } from './routes/events.tsx'
import { healthRoutes } from './routes/health.ts'
import type { Lookup } from './routes/lookup.ts'
import { overviewRoutes } from './routes/overview.tsx'
import { pipelineRoutes } from './routes/pipeline.tsx'
import { searchRoutes } from './routes/search.tsx'
import { tailRoutes, writeRows } from './routes/tail.tsx'
import { themeRoutes } from './routes/theme.ts'
import { topEventTypesRoutes } from './routes/top-event-types.ts'
import { shared } from './shared.ts'
import type { Store } from './store.ts'
import { makeTail } from './tail.ts'

export type AppDeps = Omit<ProbeDeps, 'store' | 'kafka'> & {
  readonly store: Store
  readonly kafka: Omit<Kafka, 'close'>
  readonly ingestMetrics: AskMetrics
  /** What was measured in the last minutes. */
  readonly history: Pick<History, 'read'>
  readonly findProducer: FindProducer
  readonly readRecord: ReadRecord
  readonly assets: Assets
  readonly log: Log
  readonly now: () => Date
  readonly sleep: (ms: number) => Promise<void>
}

type AppConfig = LagConfig & {
  readonly hosts: readonly string[]
  readonly statementTimeoutMs: number
}

const PREVIEW_BYTES = 2 * 1024
const GRACE_MS = 500

export const askStoreOf = (config: Pick<AppConfig, 'statementTimeoutMs'>): AskStore =>
  makeAskStore(config.statementTimeoutMs + GRACE_MS)

export function makeApp(deps: AppDeps, config: AppConfig): Hono {
  const { store, kafka, history, ingestMetrics, readRecord, now } = deps
  const askStore = askStoreOf(config)
  const lookup: Lookup = { askStore, previewBytes: PREVIEW_BYTES }
  // A connection is opened for it.
  const recordDeadlineMs = 2 * config.probeMs
  // A change that is under way is waited for.
  const keysDeadlineMs = 3 * config.probeMs
  const frameOf = makeFrameOf(assetUrls(deps.assets))
  const shown = { store, frameOf, now }
  const live = { frameOf, now, sleep: deps.sleep }

  const probes = makeProbes(deps, config)
  const measureHealth = shared(makeMeasureHealth(probes, now))
  const readPositions = makeReadPositions({ store, askStore, kafka }, config)
  const measureLag = shared(makeMeasureLag({ kafka, readPositions }, config))
  const measureOverview = shared(
    makeMeasureOverview(
      { store, askStore, readPositions, measureHealth, ingestMetrics, now },
      config,
    ),
  )
  const measurePipeline = shared(
    makeMeasurePipeline(
      {
        ...{ store, askStore, kafka, history, measureLag, now },
        ...{ probeProcessor: probes.processor, probeIngest: probes.ingest },
      },
      config,
    ),
  )
  const tail = makeTail({ store, askStore, write: writeRows, now, sleep: deps.sleep })

  return new Hono()
    .use(makeRequestLog(deps.log))
    .use(compressed)
    .use(makeGuard({ ...config, posts: ['/theme'] }))
    .route('/', serveAssets(deps.assets))
    .route('/', overviewRoutes({ measureOverview, ...live }))
    .route('/', pipelineRoutes({ measurePipeline, measureLag, ...live }))
    .route('/', healthRoutes({ measureHealth }))
    .route('/', topEventTypesRoutes({ store, now }, lookup))
    .route('/', deadLetterRoutes(shown, lookup))
    .route('/', deadLetterByIdRoutes({ ...shown, readRecord }, { ...lookup, recordDeadlineMs }))
    .route('/', searchRoutes(shown, lookup))
    .route(
      '/',
      eventRoutes({ ...shown, findProducer: deps.findProducer }, { ...lookup, keysDeadlineMs }),
    )
    .route('/', tailRoutes({ ...shown, tail }, lookup))
    .route('/', themeRoutes())
    .route('/', commerceRoutes({ store }, lookup))
    .notFound((c) => {
      if (wantsJson(c)) return problem(c, 404, 'NOT_FOUND', 'There is nothing at this path')
      return page(c, <TroublePage kind="not-found" frame={frameOf(c)} />, 404)
    })
    .onError((err, c) => {
      deps.log.error({ err, path: c.req.path.slice(0, 200) }, 'request failed')
      if (wantsJson(c))
        return problem(c, 500, 'INTERNAL', 'The admin failed to answer; see its log')
      return page(c, <TroublePage kind="failed" frame={frameOf(c)} />, 500)
    })
}
