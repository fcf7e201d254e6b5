/**
 * Answers with a stream of server-sent events (WHATWG HTML, section 9.2). A reader that does not keep up is let go: it
 * comes back by itself, and is told what is new then.
 */
import type { Context } from 'hono'
import { problem } from './represent.ts'

export type SendEvent = (name: string, data: string) => void

/** Chunks that may wait for a reader. */
const mostWaiting = 8

/** `begin` starts to send and returns how to stop; undefined refuses with 503. */
export function eventStream(
  c: Context,
  begin: (send: SendEvent) => (() => void) | undefined,
): Response {
  c.header('Content-Type', 'text/event-stream; charset=utf-8')
  c.header('X-Accel-Buffering', 'no')
  if (c.req.method === 'HEAD') return c.body(null) // nobody would read it
  const stream = openStream()
  const stop = begin(stream.send)
  if (stop === undefined) {
    c.header('Retry-After', '5')
    return problem(c, 503, 'TOO_MANY_VIEWERS', 'Too many pages are watched at once')
  }
  stream.onEnd(stop)
  return c.body(stream.readable)
}

function openStream() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let ended = false
  let stop: (() => void) | undefined
  const end = () => {
    if (ended) return
    ended = true
    stop?.()
  }
  const readable = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given
    },
    cancel: end,
  })
  const send: SendEvent = (name, data) => {
    if (ended || controller === undefined) return
    if ((controller.desiredSize ?? 0) < -mostWaiting) {
      end()
      controller.close()
      return
    }
    controller.enqueue(written(name, data))
  }
  return {
    readable,
    send,
    onEnd(stopping: () => void) {
      if (ended) stopping()
      else stop = stopping
    },
  }
}

const encoder = new TextEncoder()
let last: { readonly name: string; readonly data: string; readonly bytes: Uint8Array } | undefined

/** What is told to many is written once. */
function written(name: string, data: string): Uint8Array {
  if (last?.data === data && last.name === name) return last.bytes
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`)
  const bytes = encoder.encode(`event: ${name}\n${lines.join('')}\n`)
  last = { name, data, bytes }
  return bytes
}
