/**
 * Keep-alive connections, each with one request under way at most: no pipelining. Raw sockets, because `fetch` costs
 * several times as much as what is to be measured.
 * Promises: `onAnswer` is called once for each request, with undefined when no whole answer came.
 * An answer's bytes are read where they came, and copied only when more of it has to come.
 * Bounds: `count` connections; a request waits `timeoutMs` for its answer; a lost connection is tried again after
 * 50 ms, then twice as long each time up to 1 s.
 */
import type { Socket } from 'bun'
import { type Answer, readResponse } from './response.ts'

/** What is sent: bytes of a buffer that is its owner's again when `send` returns. */
export type Request = { readonly bytes: Buffer; readonly start: number; readonly end: number }

export type Connections<Asked> = {
  /** How many requests of that tenant can be sent now. */
  free(tenant: number): number
  /** Sends on a free connection; throws when there is none. `asked` comes back with the answer. */
  send(request: Request, asked: Asked): void
  /** Resolves when all are connected, or after `withinMs`. */
  ready(withinMs: number): Promise<void>
  /** Closes all; requests under way get no answer. */
  close(): void
}

type LineOf<Asked> = {
  socket: Socket<LineOf<Asked>> | undefined
  /** What is under way. */
  asked: Asked | undefined
  /** Sweeps since it is under way. */
  age: number
  /** What the socket has not taken yet. */
  unsent: Buffer | undefined
  /** What came of an answer so far. */
  unread: Buffer | undefined
  failures: number
}

type Deps<Asked> = {
  readonly now: () => number
  /** Called once for each request, with when that was. */
  readonly onAnswer: (asked: Asked, answer: Answer | undefined, now: number) => void
  /** Called when a connection became free, with when that was. */
  readonly onFree: (now: number) => void
}

type Config = {
  readonly host: string
  readonly port: number
  readonly count: number
  readonly timeoutMs: number
}

/** How often requests are looked at that wait too long: each by so much longer than `timeoutMs` at most. */
const sweepMs = 250

export function openConnections<Asked extends object>(
  deps: Deps<Asked>,
  config: Config,
): Connections<Asked> {
  type Line = LineOf<Asked>
  const lines: Line[] = []
  const free: Line[] = []
  let closed = false
  let connected = 0
  let onAllConnected = (): void => {}

  const connect = (line: Line): void => {
    if (closed) return
    Bun.connect({ hostname: config.host, port: config.port, data: line, socket: handler }).catch(
      () => retryLater(line), // refused: seen in arrivals that are dropped
    )
  }

  const retryLater = (line: Line): void => {
    const waitMs = Math.min(50 * 2 ** line.failures++, 1000)
    if (!closed) setTimeout(connect, waitMs, line)
  }

  const settle = (line: Line, answer: Answer | undefined, now: number): void => {
    const { asked } = line
    line.asked = undefined
    line.unread = undefined
    if (asked !== undefined) deps.onAnswer(asked, answer, now)
  }

  const read = (line: Line, socket: Socket<Line>, bytes: Buffer, ended: boolean): void => {
    const now = deps.now()
    const found = readResponse(bytes, ended)
    if (found.kind === 'partial') {
      // The bytes of one chunk are the socket's.
      line.unread = line.unread === undefined ? Buffer.from(bytes) : bytes
      return
    }
    const answer = found.kind === 'answer' && line.asked ? found.answer : undefined
    const mayStay = found.kind === 'answer' && found.length === bytes.length
    const stays = mayStay && answer?.keepAlive === true && line.unsent === undefined
    settle(line, answer, now)
    if (!stays) {
      socket.terminate()
      return
    }
    free.push(line)
    deps.onFree(now)
  }

  const lose = (line: Line): void => {
    if (line.socket === undefined) return
    line.socket = undefined
    line.unsent = undefined
    connected--
    const at = free.indexOf(line)
    if (at >= 0) free.splice(at, 1)
    settle(line, undefined, deps.now())
    retryLater(line)
  }

  const handler = {
    open(socket: Socket<Line>) {
      const line = socket.data
      line.socket = socket
      line.failures = 0
      line.unsent = undefined
      socket.setNoDelay(true)
      free.push(line)
      if (++connected === config.count) onAllConnected()
      deps.onFree(deps.now())
    },
    data(socket: Socket<Line>, chunk: Buffer) {
      const { unread } = socket.data
      read(socket.data, socket, unread ? Buffer.concat([unread, chunk]) : chunk, false)
    },
    drain(socket: Socket<Line>) {
      const line = socket.data
      if (line.unsent) line.unsent = write(socket, line.unsent, 0, line.unsent.length)
    },
    end(socket: Socket<Line>) {
      if (socket.data.unread) read(socket.data, socket, socket.data.unread, true)
      socket.terminate()
    },
    close: (socket: Socket<Line>) => lose(socket.data),
    error: (socket: Socket<Line>) => lose(socket.data),
  }

  for (let i = 0; i < config.count; i++) {
    const line: Line = {
      socket: undefined,
      asked: undefined,
      age: 0,
      unsent: undefined,
      unread: undefined,
      failures: 0,
    }
    lines.push(line)
    connect(line)
  }

  const sweep = setInterval(() => {
    for (const line of lines)
      if (line.asked && ++line.age * sweepMs > config.timeoutMs) line.socket?.terminate()
  }, sweepMs)

  return {
    free: () => free.length,
    send({ bytes, start, end }, asked) {
      const line = free.pop()
      if (line?.socket === undefined) throw new Error('no connection is free')
      line.asked = asked
      line.age = 0
      line.unsent = write(line.socket, bytes, start, end)
    },
    ready: (withinMs) =>
      new Promise((resolve) => {
        onAllConnected = resolve
        if (connected === config.count) resolve()
        else setTimeout(resolve, withinMs)
      }),
    close() {
      closed = true
      clearInterval(sweep)
      for (const line of lines) {
        const { socket } = line
        // At once: whoever closes has no use for answers that are told later.
        lose(line)
        socket?.terminate()
      }
    },
  }
}

/** A copy of what the socket did not take; undefined when it took all. */
function write<T>(socket: Socket<T>, bytes: Buffer, start: number, end: number) {
  const taken = Math.max(0, socket.write(bytes, start, end - start))
  return start + taken < end ? Buffer.from(bytes.subarray(start + taken, end)) : undefined
}
