/**
 * A server that only answers: it reads each request whole and answers 202 with what ingest would say. What a client
 * measures here is the client itself. Run by Node: uWebSockets.js does not load in Bun.
 *
 *   node infra/bench/answering-server.mjs PORT
 */
import { App } from 'uWebSockets.js'

const port = Number(process.argv[2])
const body =
  '{"status":"accepted","request_id":"req_00000000-0000-4000-8000-000000000000","duplicate":false}'

App()
  .any('/*', (response, request) => {
    const asked = request.getMethod()
    response.onAborted(() => {})
    if (asked !== 'post') {
      response.end()
      return
    }
    response.onData((_, isLast) => {
      if (isLast)
        response.cork(() =>
          response
            .writeStatus('202 Accepted')
            .writeHeader('Content-Type', 'application/json')
            .end(body),
        )
    })
  })
  .listen('127.0.0.1', port, (listening) => {
    if (!listening) process.exit(1)
  })
