/** Accepts TCP connections and hands each over: for a protocol that is spoken elsewhere. */
import { createServer, type Server, type Socket } from 'node:net'

export type Listening = {
  readonly host: string
  readonly port: number
  /** Accepts no more. */
  close(): void
}

/**
 * Rejects when the address is taken. `paused` hands over connections of which nothing was read, so that another process
 * can have them.
 */
export function acceptConnections(
  { host, port, paused = false }: { host: string; port: number; paused?: boolean },
  accept: (connection: Socket) => void,
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer({ pauseOnConnect: paused, noDelay: true }, accept)
    server.once('error', (err: NodeJS.ErrnoException) =>
      reject(
        err.code === 'EADDRINUSE'
          ? new Error(`cannot listen on ${host}:${port}: the port is taken`)
          : err,
      ),
    )
    server.listen({ host, port, exclusive: true }, () => {
      const { port: chosen } = server.address() as { port: number }
      resolve({ host, port: chosen, close: () => void server.close() })
    })
  })
}
