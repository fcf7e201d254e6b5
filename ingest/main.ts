import { randomUUID } from 'node:crypto'
import { maskedSummary, settingsOrExit } from '../contracts/env.ts'
import { openLog } from '../contracts/log.ts'
import { requestIdFrom } from '../contracts/request-id.ts'
import { onShutdown } from '../contracts/shutdown.ts'
import { version } from '../package.json' with { type: 'json' }
import { makeAdmission } from './admission.ts'
import { makePostBatch } from './batch/post-batch.ts'
import { makeBudget } from './budget.ts'
import { makeClaims } from './claims.ts'
import { makeControl } from './control.ts'
import { openControlReader } from './control-reader.ts'
import { makeDocsRoutes } from './docs/routes.ts'
import { openGrpc } from './grpc/open.ts'
import { librdkafkaVersion, openLibrdkafka } from './librdkafka.ts'
import { makeMetrics } from './metrics.ts'
import { openTracing } from './open-tracing.ts'
import { openApiDocument } from './openapi/document.ts'
import { makePostEvent } from './post-event.ts'
import { makeProducer } from './produce.ts'
import { makeReadiness } from './readiness.ts'
import { openRedis } from './redis.ts'
import { observedRedis } from './redis-observed.ts'
import { makeRoutes } from './routes.ts'
import { serve } from './server.ts'
import { problemsIn, settings, shareOf } from './settings.ts'
import { makeStreams } from './stream/streams.ts'
import { makeTenants } from './tenants.ts'
import { drainMs, producerLeastLifeMs, shutdownMs } from './timing.ts'
import { makeTroubles } from './troubles.ts'
import { makeStreamRoute } from './websocket/stream-route.ts'
import { isWorker, joinSupervisor } from './workers/join.ts'
import { supervise } from './workers/supervise.ts'

const config = settingsOrExit(settings, problemsIn)
const log = openLog({ service: 'ingest', level: config.logLevel })
const shutdown = onShutdown(log, shutdownMs)
const about = { settings: maskedSummary(settings, config) }
if (config.workers > 1 && !isWorker) await supervise(config, about, log, shutdown)

const limits = shareOf(config)
const budget = makeBudget(limits)
const troubles = makeTroubles(log)
const metrics = makeMetrics(config.metricsTenants, troubles)
const tracing = await openTracing(config, troubles)
shutdown.defer('tracing', () => tracing.close())
const supervisor = isWorker ? joinSupervisor(metrics, shutdown) : undefined
const redis = observedRedis(openRedis(config, log, shutdown.begun), metrics.redis)
const producer = makeProducer((onFatal) => openLibrdkafka(config, log, onFatal), log, {
  leastLifeMs: producerLeastLifeMs,
})
const control = makeControl(log)
const reader = openControlReader(config, control.feed)
const claims = makeClaims(redis, config)
const admission = makeAdmission({
  claims,
  producer,
  budget,
  observer: metrics.admission,
  log,
  now: Date.now,
})
shutdown.defer('redis', () => redis.close())
shutdown.defer('claims', () => admission.settled())
shutdown.defer('kafka', () => producer.close())
const readiness = makeReadiness({
  kafka: () => producer.probe(),
  redis: () => redis.probe(),
  control,
  draining: shutdown.begun,
})
metrics.watch({
  budget,
  limits,
  producer,
  readiness,
  versions: { version, librdkafka: librdkafkaVersion },
})
const tenants = makeTenants(
  { apiKeys: config.apiKeys, control: control.state, now: Date.now },
  config,
)
const door = { tenants, admission, budget, metrics }
const postEvent = makePostEvent(door, config)
const clock = { elapsed: () => performance.now(), stopping: shutdown.begun }
const postBatch = makePostBatch({ ...door, clock, log }, config)
const streams = makeStreams()
const logRequests = config.logLevel === 'debug'
const streaming = { ...door, clock, now: Date.now, tracing, log, logRequests, streams }
const streamRoute = makeStreamRoute(streaming, config)
const docs = makeDocsRoutes(openApiDocument(config, version))
const exposition = supervisor?.metrics ?? metrics
const routes = makeRoutes({ postEvent, postBatch, readiness, metrics: exposition, docs })
const makeRequestId = () => requestIdFrom(Date.now(), randomUUID())
const isReady = async () => (await readiness()).ready
const grpc = await openGrpc(
  config,
  { ...streaming, makeRequestId, isReady },
  supervisor?.connections,
)
const server = await serve(
  routes,
  [streamRoute],
  {
    metrics,
    tracing,
    log,
    logRequests,
    makeRequestId,
    drainStreams: streams.drain,
  },
  { ...config, shared: isWorker },
)
shutdown.defer('server', () =>
  Promise.all([server.drain(drainMs), grpc?.drain(drainMs), reader.close()]),
)
if (supervisor) supervisor.listening()
else log.info({ url: server.url, grpc: grpc?.address, ...about }, 'listening')
