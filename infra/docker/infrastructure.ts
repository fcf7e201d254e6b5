/**
 * Kafka, Postgres and Redis in containers of compose.yml, as many of them as are asked for. `docker compose up` stays in
 * the foreground as a process of its own: its output is the log, and it ends when a container does.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StepFailure, type Steps } from '../bootstrap/step.mjs'
import { type Launched, launch } from '../launch.ts'
import type { Part } from '../parts.ts'
import { pingRedis } from '../redis-ping.ts'
import { withSql } from '../sql.ts'
import { brokerAnswers } from '../topics.ts'
import {
  type Compose,
  composeAddresses,
  composeCommand,
  composeEnvironment,
  containers,
} from './compose.ts'
import { heldByOthers, runCompose } from './engine.ts'

export type Place = {
  /** Keeps the password of Postgres, and with that that there are volumes. */
  readonly dir: string
  readonly logs: string
  readonly project: string
}

/** What an earlier start of this clone left running is stopped: its ports are chosen anew. */
export async function stopLeftContainers({ dir, logs, project }: Place): Promise<void> {
  if (!existsSync(dir)) return
  await runCompose(nowhere(project), ['stop'], { log: join(logs, 'docker.log') })
}

/** Starts the containers of `parts`; resolves with their addresses once each has answered. */
export async function bringUpContainers(
  parts: readonly Part[],
  place: Place & { readonly ports: Compose['ports'] },
  steps: Steps,
  spawned: (process: Launched) => void,
): Promise<ReturnType<typeof composeAddresses>> {
  const { project, ports, logs } = place
  const compose = { project, ports, postgresPassword: readyPassword(place.dir) }
  const addresses = composeAddresses(compose)
  return steps.run('docker', async (note) => {
    await refuseOthers(parts, project)
    note('fetching images, when they are not there yet')
    await launch({
      name: 'docker',
      command: composeCommand(compose, ['up', '--abort-on-container-exit', ...parts]),
      env: { ...process.env, ...composeEnvironment(compose) },
      log: join(logs, 'docker.log'),
      advice: 'See what `docker compose` said above; `npm run reset` begins with empty volumes.',
      ready: () => answers(parts, addresses),
      readyWithinMs: 600_000,
      stopSignal: 'SIGINT',
      graceMs: 60_000,
      // `docker compose up` ends by itself when its containers have stopped.
      spawned: (process) => spawned({ ...process, stop: () => stop(compose, parts, process) }),
    })
    return {
      result: addresses,
      detail: parts.map((part) => `${part} ${host(addresses[part])}`).join('  '),
    }
  })
}

/** Removes the containers and the volumes of a clone. */
export function removeContainers({ logs, project }: Place): Promise<void> {
  return runCompose(nowhere(project), ['down', '--volumes'], { log: join(logs, 'docker.log') })
}

async function stop(compose: Compose, parts: readonly Part[], process: Launched): Promise<void> {
  await runCompose(compose, ['stop', ...parts], { log: process.log }).catch(() => undefined)
  await process.stop()
}

async function answers(
  parts: readonly Part[],
  addresses: ReturnType<typeof composeAddresses>,
): Promise<boolean> {
  const ask: Record<Part, () => Promise<unknown>> = {
    kafka: () => brokerAnswers(addresses.kafka),
    postgres: () => withSql(addresses.postgres, (sql) => sql`select 1`),
    redis: () => pingRedis({ redisUrl: addresses.redis }, 1_000),
  }
  await Promise.all(parts.map((part) => ask[part]()))
  return true
}

async function refuseOthers(parts: readonly Part[], project: string): Promise<void> {
  const held = await heldByOthers(
    parts.map((part) => containers[part]),
    project,
  )
  if (held.length === 0) return
  throw new StepFailure(`Another clone has containers of these names: ${held.join(', ')}.`, {
    advice: `Stop Pulse there, then run: docker rm ${held.join(' ')} (their volumes stay)`,
  })
}

function readyPassword(dir: string): string {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'password')
  if (!existsSync(file))
    writeFileSync(file, crypto.randomUUID().replaceAll('-', ''), { mode: 0o600 })
  return readFileSync(file, 'utf8')
}

/** For commands that start nothing. */
const nowhere = (project: string): Compose => ({
  project,
  ports: { kafka: 9092, postgres: 5432, redis: 6379 },
  postgresPassword: 'unused',
})

const host = (address: string) =>
  new URL(address.includes('://') ? address : `kafka://${address}`).host
