/**
 * A server that only answers: it reads each request whole and answers what ingest would say, 202 or a batch's results.
 * What a client measures here is the client itself. Run by Node: uWebSockets.js does not load in Bun.
 *
 *   node infra/bench/answering-server.mjs PORT
 */
import { App } from 'uWebSockets.js'

const port = Number(process.argv[2])
const requestId = 'req_00000000-0000-4000-8000-000000000000'
const resultOf = (id) => `{"status":"accepted","request_id":"${id}","duplicate":false}`
const accepted = resultOf(requestId)

App()
  .post('/events', (response) => {
    onBody(response, () => answer(response, '202 Accepted', accepted))
  })
  .post('/events/batch', (response) => {
    /** @type {Buffer[]} */
    const parts = []
    onBody(
      response,
      () => answer(response, '200 OK', resultsFor(eventsIn(Buffer.concat(parts)))),
      // Its memory is the server's when this returns.
      (part) => parts.push(Buffer.from(part.slice(0))),
    )
  })
  .any('/*', (response) => {
    response.end()
  })
  .listen('127.0.0.1', port, (listening) => {
    if (!listening) process.exit(1)
  })

function onBody(response, whenRead, onPart = () => {}) {
  response.onAborted(() => {})
  response.onData((part, isLast) => {
    onPart(part)
    if (isLast) whenRead()
  })
}

function answer(response, status, body) {
  response.cork(() =>
    response.writeStatus(status).writeHeader('Content-Type', 'application/json').end(body),
  )
}

/** Each event has its type once. */
function eventsIn(body) {
  let events = 0
  for (let at = body.indexOf('"event_type"'); at >= 0; at = body.indexOf('"event_type"', at + 12))
    events++
  return events
}

/** Answers by their number of events. @type {Map<number, string>} */
const known = new Map()

function resultsFor(events) {
  const made = known.get(events) ?? makeResults(events)
  known.set(events, made)
  return made
}

function makeResults(events) {
  const counts = { accepted: events, duplicates: 0, rejected: 0, retry: 0 }
  const results = Array.from({ length: events }, (_, at) => resultOf(`${requestId}.${at}`))
  const head = JSON.stringify({ request_id: requestId, ...counts })
  return `${head.slice(0, -1)},"results":[${results.join(',')}]}`
}
