/** Reading Kafka from Bun: the client that the processor has, and the other one that runs there. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { rawTopic } from '../../../contracts/topics.ts'
import { runLogged } from '../../bootstrap/run.mjs'
import { bun } from '../../bun.ts'
import { root } from '../../bundle.ts'
import { cacheFolder } from '../../folders.ts'
import { freePort } from '../../free-port.ts'
import { until } from '../../harness/until.ts'
import type { Launch } from '../../launch.ts'
import { startKafka } from '../../native/kafka.ts'
import { readyKafkaJars } from '../../native/kafka-jars.ts'
import { createTopics } from '../../topics.ts'
import { aRow, produceBacklog, type Row } from '../backlog.ts'
import type { Bench, Metric, Sample } from '../bench.ts'
import { frontVersions } from '../machine.ts'
import type { Place } from '../place.ts'
import { cpuSeconds, memory } from '../processes.ts'
import { noProgress, type Progress, type Reader, readOnce, startReader } from '../reader.ts'

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })
const ours = '@platformatic/kafka'
const crabVersion = '5.0.0'
const group = 'bench'
const afterwards = 600
const sampleMs = 100
const readWithinMs = 60_000

export const bench: Bench = {
  about: `Events of about 400 bytes in six partitions, read and committed in the processor's batches by a process on Bun that does
nothing else with them; a broker of its own for each run. _@platformatic/kafka_ is read as the processor reads it, by its
own fetches; _kafka-crab-js_ is librdkafka by N-API, installed for the bench alone. Events a second are those from the first
batch to the last; CPU and memory are the reader's. Then a second reader joins, and the first one gets \`kill -9\`: _taken
over_ is how long it takes from there until ${afterwards} new events of all partitions are read, with a session timeout of 6 s for
both. Then the broker gets \`kill -9\` and starts again: _after a restart_ counts from its first answer until ${afterwards} more are
read. _Read again_ are records that somebody had read before, commits that were lost included.`,
  metrics: [
    { name: 'events', unit: '1/s', better: 'higher' },
    lower('CPU', 's/M events'),
    lower('memory', 'MiB'),
    lower('taken over', 'ms'),
    lower('after a restart', 'ms'),
    lower('read again', 'records'),
  ],
  pairs: [{ metric: 'events', of: '@platformatic/kafka', to: 'kafka-crab-js' }],

  async open(place, { quick }) {
    const events = quick ? 50_000 : 300_000
    const rows = Array.from({ length: events }, (_, at) => aRow(at))
    const module = await installCrab(place)
    const jars = await readyKafkaJars(cacheFolder(), join(place.logs, 'kafka-jars.log'))
    const commandOf = (name: string, kafka: string): Launch['command'] => {
      if (name === ours) return [...bun, join(root, 'processor', 'reading.bench.ts')]
      const options = { module, kafka, topic: rawTopic.name, group }
      const script = join(root, 'infra', 'bench', 'contenders', 'crab.ts')
      return [...bun, script, JSON.stringify(options)]
    }
    let runs = 0
    const run = async (name: string): Promise<Sample> => {
      const folder = `run-${++runs}`
      const broker = await openBroker({
        ...{ dir: join(place.dir, folder), port: await freePort(), jars },
        log: join(place.logs, `${folder}-kafka.log`),
      })
      const progress = noProgress()
      const readers: Reader[] = []
      const env = { KAFKA_BROKERS: broker.url, KAFKA_GROUP: group, DATABASE_URL: 'postgres://none' }
      const another = (): Reader => {
        const log = join(place.logs, `${folder}-${name.replace('/', '-')}.log`)
        const reader = startReader(commandOf(name, broker.url), env, log, progress)
        readers.push(reader)
        return reader
      }
      try {
        return await measured({ rows, broker, progress, join: another })
      } finally {
        await Promise.all(readers.map((reader) => reader.kill()))
        await broker.stop()
      }
    }
    return {
      contenders: [ours, 'kafka-crab-js'],
      settings: { events, partitions: rawTopic.partitions, 'session timeout ms': 6000 },
      versions: { Kafka: frontVersions().Kafka ?? 'unknown', 'kafka-crab-js': crabVersion },
      warmUp: async () => undefined, // a run has a broker and readers of its own
      run,
    }
  },
}

type Run = {
  readonly rows: readonly Row[]
  readonly broker: Broker
  readonly progress: Progress
  /** Starts another reader of the group. */
  readonly join: () => Reader
}

async function measured({ rows, broker, progress, join }: Run): Promise<Sample> {
  let produced = 0
  const produce = async (count: number) => {
    await produceBacklog(broker.url, rows.slice(0, count))
    produced += count
  }
  const allRead = () =>
    until(`${produced} records are read`, () => readOnce(progress) >= produced, readWithinMs)

  await produce(rows.length)
  const first = join()
  let most = 0
  const sampling = setInterval(() => {
    most = Math.max(most, memory({ first: first.pid }).first ?? 0)
  }, sampleMs)
  await allRead().finally(() => clearInterval(sampling))
  const { first: cpu = Number.NaN } = cpuSeconds({ first: first.pid })
  const seconds = (progress.lastMs - (progress.firstMs ?? 0)) / 1000

  const second = join()
  while (!second.hasRead()) {
    await produce(afterwards)
    await allRead()
  }
  await first.kill()
  const killed = performance.now()
  await produce(afterwards)
  await allRead()
  const takenOver = performance.now() - killed

  await broker.restart()
  const answered = performance.now()
  await produce(afterwards)
  await allRead()
  return {
    events: rows.length / seconds,
    CPU: (1e6 * cpu) / rows.length,
    memory: most,
    'taken over': takenOver,
    'after a restart': performance.now() - answered,
    'read again': progress.records - produced,
  }
}

type Broker = {
  readonly url: string
  /** With kill -9; resolves when it answers again. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** One that is none of the place's processes, which must not end. */
async function openBroker(options: Parameters<typeof startKafka>[0]): Promise<Broker> {
  let kafka = await startKafka(options)
  await createTopics(kafka.url, [rawTopic])
  return {
    url: kafka.url,
    async restart() {
      kafka.kill('SIGKILL')
      await kafka.ended
      kafka = await startKafka(options)
    },
    stop: () => kafka.stop(),
  }
}

/** Into the place alone: it is no part of Pulse. Its binary is a package that has to be named. */
async function installCrab({ dir, logs }: Place): Promise<string> {
  const folder = join(dir, 'crab')
  mkdirSync(folder)
  const binary = `kafka-crab-js-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`
  const packages = ['kafka-crab-js', binary].map((name) => `${name}@${crabVersion}`)
  const how = ['install', '--prefix', folder, '--no-save', '--force', ...packages]
  await runLogged('npm', how, { log: join(logs, 'crab.log'), cwd: folder })
  return join(folder, 'node_modules', 'kafka-crab-js')
}
