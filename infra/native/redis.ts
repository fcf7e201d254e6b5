/**
 * Redis from the system's package, on loopback, with an append-only file in its own directory unless `durable` is false,
 * which is for data that is thrown away: nobody waits for a disk then.
 */
import { mkdirSync } from 'node:fs'
import { which } from '../bootstrap/run.mjs'
import { launch, type Running } from '../launch.ts'
import { pingRedis } from '../redis-ping.ts'
import { redisSettings } from '../server-settings.ts'
import type { ServerOptions } from './server.ts'

/** Debian packages that are missing for `startRedis`. */
export function redisPackages(): string[] {
  return which('redis-server') ? [] : ['redis-server']
}

export async function startRedis(options: ServerOptions & { durable?: boolean }): Promise<Running> {
  const { dir, port, log, durable = true, spawned } = options
  mkdirSync(dir, { recursive: true })
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir,
    ...redisSettings,
    ...(durable ? {} : { appendonly: 'no' }),
    ...options.settings,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const url = `redis://127.0.0.1:${port}`
  const process = await launch({
    name: 'redis',
    command: ['redis-server', ...args],
    log,
    advice: 'If its data is damaged, `npm run reset` begins with none.',
    port,
    ready: options.ready ?? (() => pingRedis({ redisUrl: url }, 1_000).then(() => true)),
    readyWithinMs: 30_000,
    ...(spawned && { spawned }),
  })
  return { ...process, url }
}
