/**
 * Chooses TCP ports on loopback. A chosen port is free at that moment; whether it is reserved is up to `isFree`. Who
 * listens on it later can still find it taken, and says so then.
 */
import { connect, createServer } from 'node:net'

export type IsFree = (port: number) => Promise<boolean>

/** The preferred port or the next free one above it that is not in `taken`. At most 200 ports are tried. */
export async function choosePort(
  preferred: number,
  taken: ReadonlySet<number>,
  isFree: IsFree,
): Promise<number> {
  for (let port = preferred; port < preferred + 200 && port <= 65_535; port++) {
    if (!taken.has(port) && (await isFree(port))) return port
  }
  throw new Error(`no free port from ${preferred} on`)
}

/** One port for each name, in the order given, all different. */
export async function choosePorts<Name extends string>(
  preferred: Readonly<Record<Name, number>>,
  isFree: IsFree = isPortFree,
): Promise<Record<Name, number>> {
  const chosen = {} as Record<Name, number>
  const taken = new Set<number>()
  for (const name of Object.keys(preferred) as Name[]) {
    chosen[name] = await choosePort(preferred[name], taken, isFree)
    taken.add(chosen[name])
  }
  return chosen
}

/**
 * Nobody answers on the port, and it can be listened on. Both are asked: a listener that shares its port
 * (SO_REUSEPORT, as ingest does) would let this process listen beside it.
 */
export const isPortFree: IsFree = async (port) =>
  !(await portAnswers(port)) && (await canListen(port))

/** Somebody accepts connections on the port. */
export function portAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
  })
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    )
  })
}
