/** The admin process: settings, open, wire, serve, shut down. */
import { maskedSummary, settingsOrExit } from '../contracts/env.ts'
import { kafkaProblems } from '../contracts/kafka-connection.ts'
import { openLog } from '../contracts/log.ts'
import { onShutdown } from '../contracts/shutdown.ts'
import { makeApp } from './app.tsx'
import { openAssets } from './assets.ts'
import { openKafka } from './kafka.ts'
import { openPostgres } from './postgres.ts'
import { makeAskReady } from './ready.ts'
import { settings } from './settings.ts'
import { makeStore } from './store.ts'

const config = settingsOrExit(settings, kafkaProblems)
const log = openLog({ service: 'admin', level: config.logLevel })
const shutdown = onShutdown(log, 5000)
log.info({ settings: maskedSummary(settings, config) }, 'starting')

const sql = openPostgres(config)
shutdown.defer('postgres', () => sql.end({ timeout: 1 }))
const kafka = openKafka(config)
shutdown.defer('kafka', () => kafka.close())

const app = makeApp(
  {
    store: makeStore(sql),
    kafka,
    ingest: makeAskReady(config.ingestUrl),
    processor: makeAskReady(config.processorUrl),
    assets: await openAssets(),
    log,
    now: () => new Date(),
  },
  config,
)

const server = Bun.serve({ hostname: config.host, port: config.port, fetch: app.fetch })
shutdown.defer('server', () => server.stop(true))
log.info({ url: server.url.origin }, 'listening')
