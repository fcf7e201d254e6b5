import { expect, test } from 'bun:test'
import { anEvent } from '../../contracts/builders.ts'
import { givenAtMs, requestIdFrom } from '../../contracts/request-id.ts'
import type { Answer } from '../answer.ts'
import type { Exchange } from '../exchange.ts'
import { accepted, streamDeps } from '../stream/builders.ts'
import { untraced } from '../tracing.ts'
import { makePostBatch } from './post-batch.ts'

const begunMs = Date.UTC(2026, 0, 2)

/** A request whose body comes as the test sends it, at an admission that takes everything. */
function aBatchRequest() {
  const { deps, offered, state } = streamDeps()
  const clock = { ms: begunMs }
  const answers: Answer[] = []
  let receive = (_chunk: ArrayBuffer, _isLast: boolean) => {}
  let requestId: string | undefined
  const exchange = {
    request: { getHeader: (name: string) => (name === 'content-type' ? 'application/json' : '') },
    get requestId() {
      requestId ??= requestIdFrom(clock.ms, crypto.randomUUID())
      return requestId
    },
    facts: {},
    trace: untraced,
    onBody: (part: typeof receive) => {
      receive = part
    },
    onGone() {},
    answer: (answer: Answer) => void answers.push(answer),
  } as unknown as Exchange
  state.answers = accepted()
  makePostBatch(deps, { maxEventBytes: 1_000, maxBatchBytes: 1_000_000 })(exchange)
  const send = (text: string, isLast = false) =>
    receive(new Uint8Array(Buffer.from(text)).buffer, isLast)
  return { send, clock, offered, answers }
}

test('the ids of events tell when the last of the body came, however long it trickled', () => {
  const { send, clock, offered, answers } = aBatchRequest()
  send(`[${JSON.stringify(anEvent())},`)
  clock.ms += 600_000
  send(`${JSON.stringify(anEvent({ event_id: 'evt_2' }))}]`, true)
  expect(offered.map(({ requestId }) => givenAtMs(requestId))).toEqual([clock.ms, clock.ms])
  expect(answers).toMatchObject([{ status: 200 }])
})
