import { expect, test } from 'bun:test'
import { openLog } from '../contracts/log.ts'
import { until } from '../infra/harness/until.ts'
import type { Acceptable } from './accept.ts'
import { makeAdmission } from './admission.ts'
import { makeBudget } from './budget.ts'
import { aTenant } from './builders.ts'
import type { Claim, Claims } from './claims.ts'
import { untraced } from './tracing.ts'
import { nameOf, type Verdict } from './verdict.ts'

/** An admission at a Kafka that takes everything, and at claims that are the test's. */
function anAdmission(take: Claims['take'], now = () => Date.UTC(2026, 0, 2)) {
  const released: Claim[] = []
  const told: string[] = []
  const budget = makeBudget({ maxInFlight: 100, maxInFlightBytes: 1_000 })
  const admission = makeAdmission({
    claims: {
      take,
      confirm: async () => true,
      release: async (claims) => released.push(...claims) > 0,
    },
    producer: {
      produce: (_record, sink) => sink.reported({ kind: 'acked' }),
      waiting: 0,
      probe: async () => {},
      close: async () => {},
    },
    ...{ budget, observer: { claimed() {}, produced() {} }, now },
    log: openLog({ service: 'test', level: 'silent' }),
  })
  const decision = (key: string): Acceptable => ({
    ...{ kind: 'acceptable', idempotencyKey: key, orderedBy: key, fingerprint: 'f'.repeat(32) },
    ...{ event: Buffer.from('{}'), warnings: [] },
  })
  const tell = (verdict: Verdict) => void told.push(nameOf(verdict))
  const offer = (key: string, tenant = aTenant(), answer = tell) =>
    admission.offer({
      ...{ tenant, requestId: `req_${key}`, decision: decision(key), bytes: 2 },
      ...{ trace: untraced, answer },
    })
  return { offer, told, released, budget, admission }
}

test.each([
  ['gives up the claim that a silent Redis may have taken', 'silence', ['req_b']],
  ['has no claim to give up where Redis was not asked', 'unasked', []],
] as const)('what does not fit the quota of this process %s', async (_, answer, givenUp) => {
  const { offer, told, released, admission } = anAdmission(async () => answer)
  const tenant = aTenant({ limits: { eventsPerMinute: 1, bytesPerMinute: 'unlimited' } })
  for (const key of ['a', 'b']) offer(key, tenant)
  await until('both are judged', () => told.length === 2)
  await admission.settled()
  expect(told.sort()).toEqual(['RATE_LIMITED', 'accepted'])
  expect(released.map(({ requestId }) => requestId)).toEqual([...givenUp])
})

test('a door that fails to answer harms no other, and holds nothing', async () => {
  const { offer, told, budget } = anAdmission(async (_tenant, asking) => ({
    taken: asking.map(() => ({ kind: 'taken' }) as const),
    counts: { events: 0, bytes: 0, eventsBefore: 0, bytesBefore: 0 },
  }))
  const tenant = aTenant()
  offer('a', tenant, () => {
    throw new Error('no answer')
  })
  offer('b', tenant)
  await until('the other is judged', () => told.length === 1)
  expect([told, budget.events, budget.bytes]).toEqual([['accepted'], 0, 0])
})

test('who used a quota up is told in the next minute what is left to wait then', async () => {
  let nowMs = Date.UTC(2026, 0, 2, 20, 0, 59)
  const { offer, told, admission } = anAdmission(
    async () => 'unasked',
    () => nowMs,
  )
  const tenant = aTenant({ limits: { eventsPerMinute: 2, bytesPerMinute: 'unlimited' } })
  for (const key of ['a', 'b', 'c']) offer(key, tenant)
  await until('all are judged', () => told.length === 3)
  const seconds = () => {
    const verdict = admission.refusal(tenant)
    return verdict?.kind === 'rejected' && verdict.retryAfterSeconds
  }
  // In the middle of the next minute half of what was let through still counts.
  expect(seconds()).toBe(31)
  nowMs += 11_000
  expect(seconds()).toBe(20)
})
