import type { TemplatedApp, WebSocket, WebSocketBehavior } from 'uWebSockets.js'
import { expect, test } from 'bun:test'
import { openLog } from '../../contracts/log.ts'
import { addSockets, type SocketListener, type SocketRoute } from './sockets.ts'

type Open = { readonly listener: SocketListener; isClosed: boolean }

/** A connection as uWebSockets has it: one that is closed may not be used any more. */
function aConnection(listener: Partial<SocketListener>) {
  let behaviour: WebSocketBehavior<Open> = {}
  const app = {
    ws(_path: string, given: typeof behaviour) {
      behaviour = given
    },
  }
  const route = { path: '/stream', mostMessageBytes: 1, open: () => undefined } as SocketRoute
  const log = openLog({ service: 'test', level: 'silent' })
  addSockets(app as unknown as TemplatedApp, route, log, () => {})
  const all = { opened() {}, message() {}, writable() {}, closed() {}, ...listener }
  const open: Open = { listener: all, isClosed: false }
  const ends: number[] = []
  const ws = {
    getUserData() {
      if (ends.length > 0) throw new Error('used after it was closed')
      return open
    },
    end(code: number) {
      behaviour.close?.(ws, code, new ArrayBuffer(0))
      if (ends.push(code) > 1) throw new Error('closed twice')
    },
  } as unknown as WebSocket<Open>
  return { ws, ends, receive: () => behaviour.message?.(ws, new ArrayBuffer(1), false) }
}

test('a connection whose listener fails is closed', () => {
  const { receive, ends } = aConnection({
    message() {
      throw new Error('no')
    },
  })
  receive()
  expect(ends).toEqual([1011])
})

test('one whose listener fails when it has closed it stays closed', () => {
  const connection = aConnection({
    message() {
      connection.ws.end(4400)
      throw new Error('no')
    },
  })
  connection.receive()
  expect(connection.ends).toEqual([4400])
})
