/**
 * One round trip to Redis, in its own protocol (RESP), so that what it says against us is heard word for word. Bounded
 * by a deadline; nothing stays open.
 */
import { readFileSync } from 'node:fs'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { RedisConnection } from '../contracts/redis-connection.ts'

/** Rejects when Redis does not answer PONG in time: also while it loads its file, or when it refuses the password. */
export function pingRedis(at: RedisConnection, withinMs = 3_000): Promise<void> {
  const url = new URL(at.redisUrl)
  return new Promise((resolve, reject) => {
    const socket = open(url, at.redisCaFile)
    const settle = (error?: Error) => {
      clearTimeout(late)
      socket.destroy()
      if (error) reject(error)
      else resolve()
    }
    const late = setTimeout(() => settle(new Error(`no answer within ${withinMs} ms`)), withinMs)
    socket.once('error', settle)
    socket.once('close', () => settle(new Error('it closed the connection')))
    let heard = ''
    socket.on('data', (bytes) => {
      heard += bytes
      const refused = /^-(.*)\r\n/m.exec(heard)?.[1]
      if (refused !== undefined) settle(new Error(refused))
      else if (heard.includes('+PONG\r\n')) settle()
    })
    socket.write(greeting(url))
  })
}

function open(url: URL, caFile: string | undefined): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const to = { host, port: Number(url.port || 6379) }
  if (url.protocol !== 'rediss:') return connect(to)
  const ca = caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }
  return connectTls({ ...to, ...ca, ...(isIP(host) ? {} : { servername: host }) })
}

function greeting({ username, password }: URL): string {
  const name = username ? [decodeURIComponent(username)] : []
  const auth = password ? command('AUTH', ...name, decodeURIComponent(password)) : ''
  return auth + command('PING')
}

const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
