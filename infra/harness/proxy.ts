/**
 * A TCP proxy on loopback that can be told to misbehave, at once and for open connections too. It never loses a byte in
 * the middle of a connection, since TCP never does. Bounds: what a side does not read waits in sockets, and during a
 * delay here.
 */
import { createServer, type Socket, connect as toServer } from 'node:net'
import { makeLane } from './lane.ts'

export type Behaviour =
  | { readonly is: 'pass' }
  /** Everything, in both directions, comes this much later. */
  | { readonly is: 'delay'; readonly ms: number }
  /** Connections are reset, new ones as well. */
  | { readonly is: 'cut' }
  /** Connections stay open and new ones are accepted, and nothing passes until this is over. */
  | { readonly is: 'black-hole' }
  /** What is open now stays silent for ever, as after a router that forgot it; new connections pass. */
  | { readonly is: 'forget' }
  /** The client is told that the server will send no more (FIN), new ones as well; what it sends still passes. */
  | { readonly is: 'half-close' }
  /** What is open now ends for the client in the middle of what the server sends next; new connections pass. */
  | { readonly is: 'tear'; readonly bytes: number }

export type TcpProxy = {
  readonly port: number
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

type Pair = {
  readonly client: Socket
  readonly server: Socket
  forgotten: boolean
  /** Bytes of the server's that still pass, where its connection is to break off. */
  left: number | undefined
}

/** Listens on a port that the system chooses and leads to `ports` on loopback, one connection after the other in turn. */
export async function openProxy(...ports: readonly [number, ...number[]]): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let behaviour: Behaviour = { is: 'pass' }
  let accepted = 0

  const accept = (client: Socket): void => {
    client.on('error', () => client.destroy())
    if (behaviour.is === 'cut') return void client.resetAndDestroy()
    const port = ports[accepted++ % ports.length] as number
    const server = toServer({ port, host: '127.0.0.1', allowHalfOpen: true })
    const pair: Pair = { client, server, forgotten: false, left: undefined }
    pairs.add(pair)
    const close = () => {
      pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) socket.on('error', close).on('close', close)
    join(client, server, (chunk) => server.write(chunk))
    join(server, client, (chunk) => {
      if (pair.left === undefined) client.write(chunk)
      else client.end(chunk.slice(0, pair.left), close)
    })
    if (behaviour.is === 'black-hole') silence(pair)
    if (behaviour.is === 'half-close') client.end()
  }

  const join = (from: Socket, to: Socket, pass: (chunk: string | Buffer) => void): void => {
    const delayMs = () => (behaviour.is === 'delay' ? behaviour.ms : 0)
    const carry = makeLane(delayMs)
    const isOpen = () => !to.destroyed && !to.writableEnded
    from.on('data', (chunk) => carry(() => isOpen() && pass(chunk)))
    from.on('end', () => carry(() => isOpen() && to.end()))
  }

  const listener = createServer({ allowHalfOpen: true }, accept)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')

  return {
    port: address.port,
    behave(next) {
      behaviour = next
      for (const pair of pairs) apply(next, pair)
    },
    close() {
      for (const { client } of pairs) client.destroy()
      return new Promise((resolve) => listener.close(() => resolve()))
    },
  }
}

function apply(behaviour: Behaviour, pair: Pair): void {
  const { is } = behaviour
  if (is === 'tear') pair.left = behaviour.bytes
  if (is === 'forget') pair.forgotten = true
  if (is === 'black-hole' || pair.forgotten) {
    silence(pair)
    return
  }
  pair.client.resume()
  pair.server.resume()
  if (is === 'cut') {
    pair.client.resetAndDestroy()
    pair.server.resetAndDestroy()
  }
  if (is === 'half-close') pair.client.end()
}

function silence({ client, server }: Pair): void {
  client.pause()
  server.pause()
}
