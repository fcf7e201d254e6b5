import { randomUUID } from 'node:crypto'
import { maskedSummary, settingsOrExit } from '../contracts/env.ts'
import { kafkaProblems } from '../contracts/kafka-connection.ts'
import { openLog } from '../contracts/log.ts'
import { onShutdown } from '../contracts/shutdown.ts'
import { makeAdmit } from './admit.ts'
import { makeClaims } from './claims.ts'
import { openLibrdkafka } from './librdkafka.ts'
import { makeMetrics } from './metrics.ts'
import { makeProducer } from './produce.ts'
import { makeReadiness } from './readiness.ts'
import { openRedis } from './redis.ts'
import { makeRoutes } from './routes.ts'
import { serve } from './server.ts'
import { settings } from './settings.ts'
import { makeTenants } from './tenants.ts'
import { drainMs, shutdownMs } from './timing.ts'

const config = settingsOrExit(settings, kafkaProblems)
const log = openLog({ service: 'ingest', level: config.logLevel })
const shutdown = onShutdown(log, shutdownMs)
const metrics = makeMetrics()
const redis = openRedis(config, log)
shutdown.defer('redis', () => redis.close())
const producer = makeProducer((onFatal) => openLibrdkafka(config, log, onFatal), log)
shutdown.defer('kafka', () => producer.close())

const claims = makeClaims(redis, config)
const admit = makeAdmit({ claims, producer, observer: metrics.admission, now: Date.now }, config)
const readiness = makeReadiness({
  kafka: () => producer.probe(),
  redis: () => redis.probe(),
  draining: shutdown.begun,
})
const routes = makeRoutes(
  { tenants: makeTenants(config.apiKeys), admit, readiness, metrics },
  config,
)
const server = await serve(
  routes,
  { metrics, log, makeRequestId: () => `req_${randomUUID()}` },
  config,
)
shutdown.defer('server', () => server.drain(drainMs))
log.info({ url: server.url, settings: maskedSummary(settings, config) }, 'listening')
