/** A stream over WebSocket: frames of events go, acks with verdicts and credit come. */
import type { StreamAck, StreamOpened, StreamRefusal } from '../../contracts/answers.ts'
import type { Target } from '../http/request.ts'
import { type Result, tellResult } from '../modes/batch.ts'
import type { Line, LineHeard } from './streams.ts'

type Message = StreamOpened | StreamAck | StreamRefusal

export function openSocket({ host, port, path }: Target, apiKey: string, heard: LineHeard): Line {
  const url = `ws://${host}:${port}${path}`
  const socket = new WebSocket(url, { headers: { 'X-API-Key': apiKey } })
  let isClosed = false
  const closed = () => {
    if (isClosed) return
    isClosed = true
    heard.closed()
  }
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Message
    if (message.type === 'error') return
    if (message.type === 'ack')
      for (const result of message.results) heard.verdict(result.seq, tellResult(result as Result))
    if (message.credit > 0) heard.credit(message.credit)
  }
  socket.onclose = closed
  socket.onerror = closed
  return {
    send: ({ bytes, start, end }) => void socket.send(bytes.subarray(start, end)),
    close: () => socket.terminate(),
  }
}
