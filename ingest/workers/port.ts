/**
 * Workers share a port (SO_REUSEPORT), and the system would let any process of the same user share it too. So whoever
 * wants it for its workers first has it alone for a moment, which a port in use refuses, and meanwhile takes a lock for
 * as long as the process lives: a Unix socket in Linux's abstract namespace (unix(7)), which leaves no file behind.
 */
import { createServer, type ListenOptions, type Server } from 'node:net'

/** Returns the port, chosen by the system where `port` is 0; rejects when somebody else has it. */
export async function claimPort({ host, port }: { host: string; port: number }): Promise<number> {
  for (;;) {
    const alone = await listen({ host, port, exclusive: true })
    if (alone === undefined) throw new Error(`cannot listen on ${host}:${port}: the port is taken`)
    const { port: found } = alone.address() as { port: number }
    const lock = await listen({ path: `\0pulse-ingest ${host}:${found}` })
    await new Promise((closed) => alone.close(closed))
    if (lock !== undefined) {
      lock.unref()
      return found
    }
    // Another supervisor has it, and its workers do not listen yet.
    if (port !== 0) throw new Error(`cannot listen on ${host}:${port}: the port is taken`)
  }
}

/** Undefined when the address is in use. */
function listen(options: ListenOptions): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (err: NodeJS.ErrnoException) =>
      err.code === 'EADDRINUSE' ? resolve(undefined) : reject(err),
    )
    server.listen(options, () => resolve(server))
  })
}
