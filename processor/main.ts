import { maskedSummary, settingsOrExit } from '../contracts/env.ts'
import { kafkaProblems } from '../contracts/kafka-connection.ts'
import { openLog } from '../contracts/log.ts'
import { reasonOf } from '../contracts/reason.ts'
import { onShutdown } from '../contracts/shutdown.ts'
import { consume } from './consume.ts'
import { makeDeadLetterLines } from './dead-letter-lines.ts'
import { followControl } from './follow-control.ts'
import { untilLedgerSuffices } from './ledger-days.ts'
import { makeMetrics } from './metrics.ts'
import { noMirror, openMirror } from './mirror.ts'
import { watchOutbox } from './outbox.ts'
import { makePausing } from './pausing.ts'
import { runPartition } from './pipeline.ts'
import { makeNudge } from './projections/nudge.ts'
import { runProjections } from './projections/run.ts'
import { openPublisher } from './publish.ts'
import { serve } from './server.ts'
import { makeSessions } from './sessions.ts'
import { settings } from './settings.ts'
import { makeStatus } from './status.ts'
import { keepStorage } from './storage.ts'
import { makeStore } from './store.ts'
import { readTopicRetention } from './topic-retention.ts'
import { makeTurns } from './turns.ts'

const config = settingsOrExit(settings, kafkaProblems)
const log = openLog({ service: 'processor', level: config.logLevel })
const shutdown = onShutdown(log, 10_000)

const metrics = makeMetrics(Date.now)
const status = makeStatus()
const server = serve({ status, metrics }, config)
shutdown.defer('server', () => server.stop())

const sessions = makeSessions(config, config.storeConnections, metrics.operation)
shutdown.defer('postgres', () => sessions.close())
const mirror = config.redisMirror ? openMirror(config, metrics.deadLetters.mirrored, log) : noMirror
shutdown.defer('mirror', () => mirror.close())
const tellDeadLetters = makeDeadLetterLines(log, Date.now)
const publisher = openPublisher(config, sessions, (letters) => {
  metrics.deadLetters.published(letters.length)
  tellDeadLetters(letters)
  mirror.offer(letters)
})
shutdown.defer('publisher', () => publisher.close())
const store = makeStore(sessions, metrics.bisected)
const stored = makeNudge()
const observer = {
  ...metrics.pipeline,
  stored(...given: Parameters<typeof metrics.pipeline.stored>) {
    metrics.pipeline.stored(...given)
    stored.give(given[0].types.filter((each) => each.stored > 0).map(({ type }) => type))
  },
  waits(...given: Parameters<typeof status.waits>) {
    status.waits(...given)
    metrics.pipeline.waits(...given)
  },
}
const unfetched = (partition: number, error: unknown) => {
  const reason = error === undefined ? undefined : reasonOf(error)
  status.unfetched(partition, reason)
  metrics.unfetched(partition, reason)
}
// One more than are stored at a time, so that the next one is ready.
const turns = makeTurns(config.storeConnections + 1)
const deps = { sessions, store, turns, publisher, observer, log, now: Date.now }

const stop = new AbortController()
const keeping = makeSessions(config, 1, metrics.operation)
shutdown.defer('storage', () => keeping.close())
void watchOutbox(keeping, metrics.deadLetters.unpublished, stop.signal)
void keepStorage({ sessions: keeping, observer: metrics.storage, log }, config, stop.signal)
const projecting = makeSessions(config, config.projectionConnections, metrics.operation)
shutdown.defer('projections', () => projecting.close())
void runProjections(
  { sessions: projecting, keeping, stored, status, metrics: metrics.projections, log },
  config,
  stop.signal,
)
const topics = [config.rawTopic, config.deadLetterTopic]
const readRetention = () => readTopicRetention(config, topics, log)
const ledgerDeps = { readRetention, fault: status.fault, log }
const pausing = makePausing((paused) => {
  status.paused(paused)
  metrics.paused(paused)
  log.info({ reason: paused?.reason }, paused ? 'paused by control' : 'resumed by control')
})
void followControl(config, pausing.feed, log, stop.signal)
const work = (signal: AbortSignal) =>
  consume(
    { ...config, topic: config.rawTopic },
    (partition) => runPartition(partition, deps, config),
    { ...metrics.consume, unfetched, assigned: status.assigned, fault: status.fault },
    log,
    signal,
  )
const consuming = untilLedgerSuffices(ledgerDeps, config, stop.signal).then(() =>
  pausing.between(work, stop.signal),
)
shutdown.defer('consumer', () => {
  stop.abort()
  return consuming
})
log.info({ url: server.url, settings: maskedSummary(settings, config) }, 'listening')
