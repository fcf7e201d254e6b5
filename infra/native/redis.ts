/** Redis from the system's package, on loopback, with an append-only file in its own directory. */
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { which } from '../bootstrap/run.mjs'
import { launch, type Running } from '../launch.ts'
import type { ServerOptions } from './server.ts'

/** Debian packages that are missing for `startRedis`. */
export function redisPackages(): string[] {
  return which('redis-server') ? [] : ['redis-server']
}

export async function startRedis({ dir, port, log, spawned }: ServerOptions): Promise<Running> {
  mkdirSync(dir, { recursive: true })
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir,
    appendonly: 'yes',
    // The append-only file is enough; a snapshot would fork at moments of its own choosing.
    save: '',
    'maxmemory-policy': 'noeviction',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const process = await launch({
    name: 'redis',
    command: ['redis-server', ...args],
    log,
    advice: `If its data is damaged, delete ${dir} to begin with none.`,
    port,
    ready: () => answersPing(port),
    readyWithinMs: 30_000,
    ...(spawned && { spawned }),
  })
  return { ...process, url: `redis://127.0.0.1:${port}` }
}

/** Redis says PONG, which it does not while it loads its file. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'))
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', (bytes) => settle(bytes.toString().startsWith('+PONG')))
    socket.once('error', () => settle(false))
    socket.setTimeout(1_000, () => settle(false))
  })
}
