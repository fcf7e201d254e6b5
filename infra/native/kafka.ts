/**
 * One Apache Kafka broker in KRaft mode, broker and controller in one process, from Maven Central's jars. For
 * development and tests: one replica of everything, so an acknowledged record is in this machine's page cache.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runLogged, which } from '../bootstrap/run.mjs'
import { freePort } from '../free-port.ts'
import { launch, type Running } from '../launch.ts'
import { kafkaHeap, kafkaSettings } from '../server-settings.ts'
import { brokerAnswers } from '../topics.ts'
import { checkJava, javaIsReady } from './java.ts'
import { kafkaJarsCached } from './kafka-jars.ts'
import type { ServerOptions } from './server.ts'

/** Debian packages that are missing for `startKafka`. */
export function kafkaPackages(cache: string): string[] {
  const java = javaIsReady() ? [] : ['default-jre-headless']
  const maven = kafkaJarsCached(cache) || which('mvn') ? [] : ['maven']
  return [...java, ...maven]
}

/** `jars` is the folder that `readyKafkaJars` returned; `formatted` are more words for formatting its storage. */
export async function startKafka(
  options: ServerOptions & { jars: string; formatted?: readonly string[] },
): Promise<Running> {
  const { dir, port, log, jars, spawned } = options
  checkJava()
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'server.properties')
  const usual = usualSettings(join(dir, 'data'), port, await freePort())
  writeFileSync(file, properties({ ...usual, ...options.settings }))
  const java = ['-cp', join(jars, '*'), '-Dlog4j2.level=WARN']
  if (!existsSync(join(dir, 'data', 'meta.properties'))) {
    const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId()}`, '-c', file]
    const more = options.formatted ?? []
    await runLogged('java', ['-XX:TieredStopAtLevel=1', ...java, ...format, ...more], { log })
  }
  const process = await launch({
    name: 'kafka',
    command: ['java', ...kafkaHeap.split(' '), ...java, 'kafka.Kafka', file],
    cwd: dir,
    log,
    advice: 'If its data is damaged, `npm run reset` begins with none.',
    port,
    ready: options.ready ?? (() => brokerAnswers(`127.0.0.1:${port}`)),
    graceMs: 30_000,
    ...(spawned && { spawned }),
  })
  return { ...process, url: `127.0.0.1:${port}` }
}

/** 16 random bytes in base64url. One in 64 begins with a dash, which must not read as a flag: hence `--cluster-id=`. */
const clusterId = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')

function usualSettings(data: string, port: number, controllerPort: number) {
  return {
    ...kafkaSettings,
    'controller.quorum.voters': `${kafkaSettings['node.id']}@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': data,
  }
}

function properties(settings: Readonly<Record<string, string | number | boolean>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  return `${lines.join('\n')}\n`
}
