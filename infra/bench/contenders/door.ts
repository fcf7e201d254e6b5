/** A front door of uWebSockets.js without anything that is Pulse's: reads a POST whole, asks, answers once. */
import { App, type HttpResponse } from 'uWebSockets.js'

export type Posted = { readonly idempotencyKey: string; readonly body: Buffer }

/** Answers at most once, and not to a client that has gone. */
export type Answer = (status: string, body: string) => void

/** Listens on loopback; ends the process when the port is taken. GET answers 200 to whoever asks whether it is there. */
export function openDoor(port: number, take: (posted: Posted, answer: Answer) => void): void {
  App()
    .get('/*', (response) => void response.end())
    .post('/events', (response, request) => {
      const idempotencyKey = request.getHeader('idempotency-key')
      let gone = false
      response.onAborted(() => {
        gone = true
      })
      let earlier: Buffer | undefined
      response.onData((chunk, isLast) => {
        // The chunk's memory is the server's again when this returns: copy it.
        const copied = Buffer.from(new Uint8Array(chunk))
        earlier = earlier ? Buffer.concat([earlier, copied]) : copied
        if (!isLast) return
        take({ idempotencyKey, body: earlier }, (status, body) => {
          if (!gone) write(response, status, body)
        })
      })
    })
    .listen('127.0.0.1', port, (listening) => {
      if (!listening) process.exit(1)
    })
}

const write = (response: HttpResponse, status: string, body: string): void =>
  void response.cork(() => {
    response.writeStatus(status).writeHeader('Content-Type', 'application/json').end(body)
  })
