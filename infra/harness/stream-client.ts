/** A client of `/stream`, for tests: sends what it is told to, and keeps all that it hears. */
import type { StreamAck, StreamOpened, StreamRefusal } from '../../contracts/answers.ts'
import { until } from './until.ts'

type Message = StreamOpened | StreamAck | StreamRefusal
export type Result = StreamAck['results'][number]
export type Closed = { readonly code: number; readonly reason: string }

export type StreamClient = {
  readonly opened: StreamOpened
  /** What the server chose of the subprotocols. */
  readonly protocol: string
  /** In the order in which they came. */
  readonly messages: readonly Message[]
  readonly results: ReadonlyMap<number, Result>
  /** What is left of it. */
  readonly credit: number
  /** An object or an array of them as JSON; text and bytes as they are. Costs so many events of the credit. */
  send(frame: unknown, events?: number): void
  /** Resolves with the results of these, in this order. */
  resultsOf(...seqs: number[]): Promise<Result[]>
  readonly closed: Promise<Closed>
  close(): Promise<Closed>
  /** Goes away without a word. */
  vanish(): void
}

type Options = {
  readonly apiKey?: string
  readonly headers?: Record<string, string>
  readonly protocols?: string[]
}

/** As tenant_a unless said otherwise; rejects when the server refuses the upgrade. */
export async function openStreamClient(url: string, options: Options = {}): Promise<StreamClient> {
  const { apiKey = 'key_a', protocols } = options
  const headers = options.headers ?? { 'X-API-Key': apiKey }
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/stream`, {
    headers,
    ...(protocols && { protocols }),
  })
  const messages: Message[] = []
  const results = new Map<number, Result>()
  let credit = 0
  const closed = new Promise<Closed>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason })
  })
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Message
    messages.push(message)
    if (message.type === 'ack')
      for (const result of message.results) results.set(result.seq, result)
    if (message.type !== 'error') credit += message.credit
  }
  const refused = new Promise<never>((_, reject) => {
    socket.onerror = () => reject(new Error('the server refused the upgrade'))
  })
  refused.catch(() => {})
  const isOpen = until('the stream is open', () => messages.length > 0)
  await Promise.race([isOpen, refused])
  const [opened] = messages
  if (opened?.type !== 'open') throw new Error(`the first message is ${JSON.stringify(opened)}`)
  return {
    opened,
    protocol: socket.protocol,
    ...{ messages, results, closed },
    get credit() {
      return credit
    },
    send(frame, events = Array.isArray(frame) ? frame.length : 1) {
      credit -= events
      const isRaw = typeof frame === 'string' || frame instanceof Uint8Array
      socket.send(isRaw ? frame : JSON.stringify(frame))
    },
    async resultsOf(...seqs) {
      await until('all verdicts are there', () => seqs.every((seq) => results.has(seq)))
      return seqs.map((seq) => results.get(seq) as Result)
    },
    async close() {
      socket.close()
      return closed
    },
    vanish: () => socket.terminate(),
  }
}
