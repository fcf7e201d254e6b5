/** A stream over WebSocket: frames of events go, acks with verdicts and credit come. */
import type { StreamAck, StreamOpened, StreamRefusal } from '../../contracts/answers.ts'
import type { Target } from '../http/request.ts'
import { type Result, tellResult } from '../modes/batch.ts'
import { wrongClose, wrongRefusal } from './endings.ts'
import type { Line, LineHeard } from './streams.ts'

type Message = StreamOpened | StreamAck | StreamRefusal

export function openSocket({ host, port, path }: Target, apiKey: string, heard: LineHeard): Line {
  const url = `ws://${host}:${port}${path}`
  const socket = new WebSocket(url, { headers: { 'X-API-Key': apiKey } })
  let isOpen = false
  let isRefused = false
  let isClosed = false
  const tellWrong = (what: string | undefined) => what !== undefined && heard.wrong(what)
  const closed = () => {
    if (isClosed) return
    isClosed = true
    heard.closed()
  }
  socket.onmessage = ({ data }) => {
    isOpen = true
    const message = JSON.parse(String(data)) as Message
    if (message.type === 'error') {
      isRefused = true
      tellWrong(wrongRefusal(message.error.code))
      return
    }
    if (message.type === 'ack')
      for (const result of message.results) heard.verdict(result.seq, tellResult(result as Result))
    if (message.credit > 0) heard.credit(message.credit)
  }
  socket.onclose = ({ code, reason }) => {
    // Why an upgrade was refused a client is not told: it may be that control is not loaded yet.
    if (isOpen && !isRefused && !isClosed) tellWrong(wrongClose(code, reason))
    closed()
  }
  socket.onerror = closed
  return {
    send: ({ bytes, start, end }) => void socket.send(bytes.subarray(start, end)),
    close: () => socket.terminate(),
  }
}
