/** Whole runs in batches, against a server of the test's own that keeps what it accepts, and fails as it is told to. */
import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findingsIn } from '../contracts/envelope.ts'
import { type RejectionCode, rejections } from '../contracts/rejections.ts'
import { seeded } from '../contracts/seeded.ts'
import { makeAttempts } from './audit/attempts.ts'
import { makeComparison } from './audit/compare.ts'
import { makeEventMaker } from './events.ts'
import { openJournal, readJournal } from './journal.ts'
import type { Header } from './journal-format.ts'
import { type ModeName, modes } from './modes/modes.ts'
import type { Plan } from './plan.ts'
import { run } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'pulse-run-'))

/** What becomes of a batch; `n` counts them from 0. */
type Fault =
  | 'none'
  | 'lost before'
  | 'lost after'
  | 'result missing'
  | 'some later'
  | 'all later'
  | 'not kept'
let fault = (_n: number): Fault => 'none'
let batches = 0
let lost = 0
const stored = new Map<string, string>()

const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  answer(request, body, response)
})
server.listen(0, '127.0.0.1')
beforeEach(() => {
  stored.clear()
  batches = 0
  lost = 0
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

function answer({ headers, socket }: IncomingMessage, body: string, response: ServerResponse) {
  if (headers['x-api-key'] !== 'key_a') return refuse(response, 'UNAUTHORIZED')
  const type = headers['content-type']
  if (type !== 'application/json' && type !== 'application/x-ndjson')
    return refuse(response, 'UNSUPPORTED_MEDIA_TYPE')
  const events = type === 'application/json' ? elements(body) : body.split('\n').filter(Boolean)
  const what = fault(batches++)
  if (what === 'lost before') return lose(socket)
  if (what === 'all later') return refuse(response, 'OVERLOADED')
  if (events.every((text) => parsed(text) === undefined)) return refuse(response, 'INVALID_JSON')
  const results = events.map((text, at) =>
    what === 'some later' && at % 3 === 0 ? later('UNAVAILABLE') : resultOf(text),
  )
  if (what === 'lost after') return lose(socket)
  if (what === 'not kept') for (const text of events) stored.delete(keyIn(text) ?? '')
  if (what === 'result missing') results.pop()
  const count = (status: string, duplicate?: boolean) =>
    results.filter((one) => one.status === status && one.duplicate === duplicate).length
  const retry = count('retry')
  response.writeHead(200, retry > 0 ? { 'Retry-After': '0' } : {}).end(
    JSON.stringify({
      accepted: count('accepted', false),
      duplicates: count('accepted', true),
      rejected: count('rejected'),
      ...{ retry, results },
    }),
  )
}

function lose(socket: Socket): void {
  lost++
  socket.destroy()
}

const refuse = (response: ServerResponse, code: RejectionCode) =>
  void response.writeHead(rejections[code].status).end(JSON.stringify({ error: { code } }))

/** Of an array of events; one that breaks off is the last. */
function elements(body: string): string[] {
  const inner = body.replace(/^\[|\]$/g, '')
  return inner.split(/,(?=\[?\{"event_)/)
}

type Result = {
  status: string
  duplicate?: boolean
  warnings?: unknown
  error?: object
  retry_after_seconds?: number
}
const rejected = (code: RejectionCode): Result => ({ status: 'rejected', error: { code } })
const later = (code: RejectionCode): Result => ({
  ...{ status: 'retry', error: { code } },
  retry_after_seconds: 0,
})

function resultOf(text: string): Result {
  const event = parsed(text)
  if (event === undefined) return rejected('INVALID_JSON')
  if (Array.isArray(event)) return rejected('NOT_AN_OBJECT')
  if (text.includes('[[[[')) return rejected('TOO_DEEP')
  const key = keyIn(text)
  if (key === undefined) return rejected('IDEMPOTENCY_KEY_REQUIRED')
  const known = stored.get(key)
  if (known !== undefined && known !== text) return rejected('IDEMPOTENCY_KEY_REUSED')
  stored.set(key, text)
  const warnings = findingsIn(event, text)
  const duplicate = known !== undefined
  return { status: 'accepted', duplicate, ...(warnings.length > 0 && { warnings }) }
}

function keyIn(text: string): string | undefined {
  const { idempotency_key, event_id } = (parsed(text) ?? {}) as Record<string, string | undefined>
  return idempotency_key ?? event_id
}

function parsed(text: string): object | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

let runs = 0

async function runIn(mode: ModeName, given: Partial<Plan> = {}) {
  const { keyIn, path } = modes[mode]
  const plan: Plan = {
    ...{ mode, batchSize: 20, connections: 4, seed: 1, maxEvents: 2000, json: true },
    target: {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      path: `/events${path}`,
    },
    tenants: [{ name: 'tenant_a', apiKey: 'key_a' }],
    stages: [{ seconds: 10, rps: 20_000 }],
    rates: { duplicate: 0.1, conflict: 0.05, bad: 0.2 },
    assertions: [],
    audit: { is: 'off', why: 'a test' },
    ...given,
  }
  const header: Header = {
    ...{ format: 2, run: `r${runs++}`, seed: 1, startedMs: 1_767_384_000_000, keyIn },
    tenants: ['tenant_a'],
  }
  const journal = openJournal(folder, header)
  const { tally } = await run(plan, header, {
    screen: { isTerminal: false, progress() {}, say() {}, clear() {} },
    ...{ journal, seeded },
    interrupted: new AbortController().signal,
  })
  journal.close()
  return { tally, counts: tally.counts(), findings: await findingsOf(header, journal.file) }
}

/** What the audit says, with the server's own store in place of Postgres. */
async function findingsOf(header: Header, file: string) {
  const attempts = makeAttempts()
  for await (const attempt of readJournal(file)) attempts.add(attempt)
  const { run, tenants } = header
  const comparison = makeComparison(attempts, { run, tenants, kept: makeEventMaker(header).kept })
  for (const [key, event] of stored)
    comparison.row({ outcome: 'stored', tenant: 'tenant_a', key, event })
  return comparison.finish()
}

describe.each(['batch', 'ndjson'] as const)('a run in mode %s', (mode) => {
  test('has the answer to every event, of every kind, and the audit closes', async () => {
    fault = () => 'none'
    const { tally, counts, findings } = await runIn(mode)
    expect(tally.unexpectedAnswers()).toEqual([])
    expect(findings).toEqual([])
    expect(counts).toMatchObject({ events: 2000, failed: 0, dropped: 0, retried: 0, unanswered: 0 })
    for (const verdict of ['success', 'duplicate', 'conflict', 'invalid'] as const)
      expect(counts[verdict]).toBeGreaterThan(20)
    expect(counts.requests).toBeWithin(100, 500)
  }, 30_000)

  test('repeats what was lost or put off with the same key, alone or with its batch', async () => {
    const faults: Fault[] = ['some later', 'lost before', 'none', 'lost after', 'all later']
    fault = (n) => (n < 40 ? (faults[n % faults.length] ?? 'none') : 'none')
    const { tally, counts, findings } = await runIn(mode)
    expect(tally.unexpectedAnswers()).toEqual([])
    expect(findings).toEqual([])
    expect(counts).toMatchObject({ events: 2000, failed: 0, unanswered: lost })
    expect(lost).toBeGreaterThan(10)
    expect(counts.retried).toBeGreaterThan(200)
  }, 30_000)

  test('takes a missing result for an error in every event of that batch, and in no other', async () => {
    fault = (n) => (n === 3 ? 'result missing' : 'none')
    const rates = { duplicate: 0, conflict: 0, bad: 0 }
    const { tally, counts, findings } = await runIn(mode, { rates })
    const what = 'good: expected 202 new, got 19 results for 20 events'
    expect(tally.unexpectedAnswers()).toEqual([{ what, count: 20 }])
    expect(counts).toMatchObject({ events: 2000, failed: 20, errors: 20 })
    expect(findings).toEqual([])
  }, 30_000)
})

test('an event of a batch that was accepted and is not kept is found', async () => {
  fault = (n) => (n === 2 ? 'not kept' : 'none')
  const rates = { duplicate: 0, conflict: 0, bad: 0 }
  const { tally, findings } = await runIn('batch', { rates, maxEvents: 100 })
  expect(tally.unexpectedAnswers()).toEqual([])
  expect(findings).toMatchObject([{ kind: 'lost', count: 20 }])
})
