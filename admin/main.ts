/** The admin process: settings, open, wire, serve, shut down. */
import { maskedSummary, settingsOrExit } from '../contracts/env.ts'
import { kafkaProblems } from '../contracts/kafka-connection.ts'
import { openLog } from '../contracts/log.ts'
import { onShutdown } from '../contracts/shutdown.ts'
import { askStoreOf, makeApp } from './app.tsx'
import { makeAskMetrics } from './ask-metrics.ts'
import { openAssets } from './assets.ts'
import { openReader } from './control/read.ts'
import { makeHistory } from './history.ts'
import { openKafka } from './kafka.ts'
import { makeReadPositions } from './positions.ts'
import { openPool } from './postgres.ts'
import { makeFindProducer } from './producers.ts'
import { makeReadRecord } from './read-record.ts'
import { makeAskReady } from './ready.ts'
import { makeTakeSample, startSampling } from './sampler.ts'
import { settings } from './settings.ts'
import { makeStore } from './store.ts'

const config = settingsOrExit(settings, kafkaProblems)
const log = openLog({ service: 'admin', level: config.logLevel })
const shutdown = onShutdown(log, 5000)
log.info({ settings: maskedSummary(settings, config) }, 'starting')

const postgres = openPool(config, (waitedMs) =>
  log.warn({ waitedMs }, 'connections to postgres given up'),
)
shutdown.defer('postgres', () => postgres.end())
const kafka = openKafka(config)
shutdown.defer('kafka', () => kafka.close())
const control = openReader(config)
shutdown.defer('control', () => control.close())

const store = makeStore(postgres)
const now = () => new Date()
const ingestMetrics = makeAskMetrics('Ingest', config.ingestUrl)
const history = makeHistory()
const takeSample = makeTakeSample(
  {
    readPositions: makeReadPositions({ store, askStore: askStoreOf(config), kafka }, config),
    ingestMetrics,
    processorMetrics: makeAskMetrics('Processor', config.processorUrl),
    now,
  },
  config,
)
shutdown.defer('sampling', startSampling(takeSample, history))

const app = makeApp(
  {
    store,
    kafka,
    ingest: makeAskReady(config.ingestUrl),
    processor: makeAskReady(config.processorUrl),
    ingestMetrics,
    history,
    findProducer: makeFindProducer({
      apiKeys: config.apiKeys,
      readControl: () => control.read(),
      now: Date.now,
    }),
    readRecord: makeReadRecord(config),
    assets: await openAssets(),
    log,
    now,
    sleep: Bun.sleep,
  },
  config,
)

const server = Bun.serve({
  hostname: config.host,
  port: config.port,
  fetch: app.fetch,
  maxRequestBodySize: 64 * 1024,
  // Streams say something every second or two.
  idleTimeout: 30,
})
shutdown.defer('server', () => server.stop(true))
log.info({ url: server.url.origin }, 'listening')
