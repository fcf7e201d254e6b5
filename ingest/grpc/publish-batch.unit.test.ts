import { expect, test } from 'bun:test'
import {
  eventsService,
  type PublishBatchResponse,
  type WireVerdict,
} from '../../contracts/events-service.ts'
import type { Refusal } from '../refusal.ts'
import { accepted, streamDeps } from '../stream/builders.ts'
import { aCall, aCallContext, wireEvents } from './builders.ts'
import { makePublishBatch } from './publish-batch.ts'
import { received } from './received.ts'
import { isRefusal } from './result.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))
/** What clients take, if nobody told them otherwise. */
const mostReceived = 4 * 1_048_576

function aPublishBatch(limits: Parameters<typeof streamDeps>[0] = {}) {
  const { deps, ...rest } = streamDeps(limits)
  const client = aCall<never>(rest.budget, received.inBatch)
  const answers: (PublishBatchResponse | Refusal)[] = []
  makePublishBatch(deps, { maxEventBytes: 1_000 })(
    client.call,
    aCallContext(),
    (answer) => void answers.push(answer),
  )
  const response = (): PublishBatchResponse => {
    const [answer] = answers
    if (answer === undefined || isRefusal(answer)) throw new Error(`answered ${answer?.code}`)
    return answer
  }
  return { ...rest, ...client, answers, response }
}

async function sendTenThousand({ send }: ReturnType<typeof aPublishBatch>) {
  for (let seq = 0; seq < 10_000; seq += 500) {
    send(...wireEvents(500, seq))
    await turn()
    await turn()
  }
}

const fields = ['event_id', 'event_type', 'schema_version', 'occurred_at', 'payload']
const findings = fields.map((field) => ({
  ...({ code: 'FIELD_INVALID', path: `/${field}` } as const),
  message: `${field} must be an RFC 3339 date and time with a zone, such as 2026-01-02T20:00:00Z`,
}))

test.each([
  ['warned of', accepted('req_019b804c-1bab-7e95-bf31-f4a9aae9bc86.1234', { warnings: findings })],
  ['refused', { kind: 'rejected', code: 'INVALID_EVENT', findings, quota: undefined }],
] as const)(
  'ten thousand events of which each is %s have an answer that clients take',
  async (_, verdict) => {
    const batch = aPublishBatch()
    batch.state.answers = verdict
    await sendTenThousand(batch)
    batch.halfClose()
    await turn()
    const { verdicts } = batch.response()
    expect(eventsService.publishBatch.responseSerialize(batch.response()).length).toBeLessThan(
      mostReceived,
    )
    const found = (verdict: WireVerdict | undefined) =>
      verdict?.refusal?.findings ?? verdict?.warnings
    expect(found(verdicts[0])).toEqual(findings)
    expect(found(verdicts[9_999])).toEqual([{ code: 'FIELD_INVALID', path: '', message: '' }])
    expect(verdicts.map(({ seq }) => Number(seq))).toEqual(
      Array.from({ length: 10_000 }, (_, seq) => seq),
    )
  },
)

test('of too many events is refused behind the verdicts of what was taken, once', async () => {
  const { send, offered, answers, halfClose } = aPublishBatch()
  send(...wireEvents(1))
  send(...wireEvents(10_000))
  halfClose()
  expect([offered.length, answers]).toEqual([1, []])
  offered[0]?.answer(accepted())
  await turn()
  expect(answers).toMatchObject([{ code: 'BATCH_TOO_LARGE' }])
})

test('a tenant whose quota is used up is answered without delay, as over HTTP', async () => {
  const { send, state, response, halfClose } = aPublishBatch()
  state.usedUp = true
  send(...wireEvents(3))
  send(...wireEvents(2, 3))
  halfClose()
  await turn()
  expect(response()).toMatchObject({ accepted: 0, retry: 5 })
})

test('its client’s going is heard: what is at the admission goes its way unheard', () => {
  const { send, offered, vanish, answers, attended, budget } = aPublishBatch()
  send(...wireEvents(1))
  vanish()
  offered[0]?.answer(accepted())
  expect([answers, attended.size, budget.bytes]).toEqual([[], 0, 0])
})
