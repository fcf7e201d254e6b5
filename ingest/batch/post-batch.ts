/**
 * `POST /events/batch`: many events a request, each with its own verdict. The whole body is read and split before the
 * first event is let in. What is wrong with the request or its text as a whole refuses the whole, and is one event to
 * the quota. Bounded by bytes, by events, and by the budget, which holds the body until the last verdict.
 */

import type { Log } from '../../contracts/log.ts'
import { type Refused, refused } from '../accept.ts'
import type { Admission } from '../admission.ts'
import { answerRejection, answerVerdict } from '../answer.ts'
import { type BodyEnd, readBody } from '../body.ts'
import { type Budget, Held } from '../budget.ts'
import type { Exchange, Handler } from '../exchange.ts'
import { batchMediaTypes } from '../media-type.ts'
import type { IngestMetrics } from '../metrics.ts'
import { apiKeyOf } from '../request-headers.ts'
import type { Tenants } from '../tenants.ts'
import { nameOf, overloaded, strangers, type Verdict } from '../verdict.ts'
import { admitBatch, type BatchClock, type BatchToAdmit } from './admit-batch.ts'
import { BatchResults } from './answer-batch.ts'
import { readBatchHeaders } from './batch-headers.ts'
import { emptyBatch, maxBatchEvents, type Split, splitNothing } from './split.ts'
import { splitArray } from './split-array.ts'
import { splitLines } from './split-lines.ts'

type Deps = {
  readonly tenants: Tenants
  readonly admission: Admission
  readonly budget: Budget
  readonly metrics: IngestMetrics
  readonly clock: BatchClock
  readonly log: Log
}

type Limits = { readonly maxEventBytes: number; readonly maxBatchBytes: number }

const splitters = { array: splitArray, lines: splitLines, cloudevents: splitArray } as const

export function makePostBatch(deps: Deps, { maxEventBytes, maxBatchBytes }: Limits): Handler {
  const { tenants, admission, budget, metrics } = deps
  const splitLimits = { events: maxBatchEvents, eventBytes: maxEventBytes }
  const tooLarge = refused('BATCH_TOO_LARGE', `The batch is larger than ${maxBatchBytes} bytes`)

  return (exchange: Exchange) => {
    const { request, trace } = exchange
    const tenant = tenants.byKey(apiKeyOf(request))
    if (typeof tenant === 'string') return exchange.answer(answerRejection(strangers[tenant]))
    const { refusal, format, encoding, orderingKey } = readBatchHeaders(request)
    const splitter = refusal ? splitNothing(refusal) : splitters[format](splitLimits)
    const eventFormat = format === 'cloudevents' ? 'cloudevent' : 'event'
    const held = new Held(budget)
    const { facts } = exchange
    facts.tenant = tenant.id

    const answerWhole = (verdict: Verdict) => {
      held.giveAll()
      facts.verdict = nameOf(verdict)
      metrics.judged(tenant.id, verdict)
      exchange.answer(answerVerdict(verdict, batchMediaTypes))
    }
    const split = (end: BodyEnd): Split => {
      if (end === 'too-large') return tooLarge
      if (end === 'undecodable') return undecodable
      const found = splitter.end()
      // JSON Batch Format, section 4.3: a batch of no CloudEvents is one too.
      return found === emptyBatch && format === 'cloudevents'
        ? { kind: 'split', pieces: [] }
        : found
    }
    const done = (end: BodyEnd) => {
      facts.bytes = held.bytes
      if (end === 'no-room') return answerWhole(overloaded)
      const from = { tenant, requestId: exchange.requestId, trace }
      const body = split(end)
      if (body.kind === 'split')
        answerEach(deps, exchange, { ...from, orderingKey, eventFormat, pieces: body.pieces }, held)
      else admission.offer({ ...from, decision: body, bytes: 0, answer: answerWhole })
    }
    const part = (bytes: Buffer) => splitter.write(bytes)
    readBody(exchange, { encoding, limit: maxBatchBytes, held }, { part, done })
  }
}

const undecodable: Refused = refused('CONTENT_ENCODING_INVALID')

function answerEach(deps: Deps, exchange: Exchange, batch: BatchToAdmit, held: Held): void {
  const { metrics } = deps
  metrics.batch(batch.pieces.length)
  const results = new BatchResults(batch.pieces.length)
  let gone = false
  const admitted = admitBatch(deps, batch, {
    verdict(index, verdict, bytes) {
      metrics.judged(batch.tenant.id, verdict)
      results.set(index, verdict, bytes)
    },
    done() {
      held.giveAll()
      exchange.facts.results = results.counts
      if (!gone) exchange.answer(results.answer(batch.requestId))
    },
  })
  exchange.onGone(() => {
    gone = true
    admitted.abandon()
  })
}
