/**
 * Keep-alive connections, each with one request under way at most: no pipelining. Raw sockets, because `fetch` costs
 * several times as much as what is to be measured.
 * Promises: `onAnswer` is called once for each request, with undefined when no whole answer came.
 * Bounds: `count` connections; a request waits `timeoutMs` for its answer; a lost connection is tried again after
 * 50 ms, then twice as long each time up to 1 s.
 */
import type { Socket } from 'bun'
import { type Answer, readResponse } from './response.ts'

export type OnAnswer = (answer: Answer | undefined) => void

export type Connections = {
  /** Sends on a free connection; false when there is none. */
  send(request: Buffer, onAnswer: OnAnswer): boolean
  /** Resolves when all are connected, or after `withinMs`. */
  ready(withinMs: number): Promise<void>
  /** Closes all; requests under way get no answer. */
  close(): void
}

type Line = {
  socket: Socket<Line> | undefined
  onAnswer: OnAnswer | undefined
  sentAt: number
  /** What the socket has not taken yet. */
  unsent: Buffer | undefined
  /** What came of an answer so far. */
  unread: Buffer | undefined
  failures: number
}

type Deps = {
  readonly now: () => number
  /** Called when a connection became free. */
  readonly onFree: () => void
}

type Config = {
  readonly host: string
  readonly port: number
  readonly count: number
  readonly timeoutMs: number
}

export function openConnections(deps: Deps, config: Config): Connections {
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

  const settle = (line: Line, answer: Answer | undefined): void => {
    const { onAnswer } = line
    line.onAnswer = undefined
    line.unread = undefined
    onAnswer?.(answer)
  }

  const read = (line: Line, socket: Socket<Line>, bytes: Buffer, ended: boolean): void => {
    const found = readResponse(bytes, ended)
    if (found.kind === 'partial') {
      line.unread = bytes
      return
    }
    const answer = found.kind === 'answer' && line.onAnswer ? found.answer : undefined
    const mayStay = found.kind === 'answer' && found.length === bytes.length
    const stays = mayStay && answer?.keepAlive === true && line.unsent === undefined
    settle(line, answer)
    if (!stays) {
      socket.terminate()
      return
    }
    free.push(line)
    deps.onFree()
  }

  const lose = (line: Line): void => {
    if (line.socket === undefined) return
    line.socket = undefined
    line.unsent = undefined
    connected--
    const at = free.indexOf(line)
    if (at >= 0) free.splice(at, 1)
    settle(line, undefined)
    retryLater(line)
  }

  const handler = {
    open(socket: Socket<Line>) {
      const line = socket.data
      line.socket = socket
      line.failures = 0
      socket.setNoDelay(true)
      free.push(line)
      if (++connected === config.count) onAllConnected()
      deps.onFree()
    },
    data(socket: Socket<Line>, chunk: Buffer) {
      const { unread } = socket.data
      // The chunk's memory belongs to the socket: what is kept for later has to be copied.
      read(socket.data, socket, unread ? Buffer.concat([unread, chunk]) : Buffer.from(chunk), false)
    },
    drain(socket: Socket<Line>) {
      const line = socket.data
      if (line.unsent) write(line, socket, line.unsent)
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
      onAnswer: undefined,
      sentAt: 0,
      unsent: undefined,
      unread: undefined,
      failures: 0,
    }
    lines.push(line)
    connect(line)
  }

  const sweep = setInterval(() => {
    const oldest = deps.now() - config.timeoutMs
    for (const line of lines) if (line.onAnswer && line.sentAt < oldest) line.socket?.terminate()
  }, 250)

  return {
    send(request, onAnswer) {
      const line = free.pop()
      if (line?.socket === undefined) return false
      line.onAnswer = onAnswer
      line.sentAt = deps.now()
      write(line, line.socket, request)
      return true
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

function write(line: Line, socket: Socket<Line>, bytes: Buffer): void {
  const taken = Math.max(0, socket.write(bytes))
  line.unsent = taken < bytes.length ? bytes.subarray(taken) : undefined
}
