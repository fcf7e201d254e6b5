import { describe, expect, test } from 'bun:test'
import { type EventsOf, keyOf, makeEventMaker } from '../events.ts'
import { makeAttempts, type Revision } from './attempts.ts'
import {
  type Finding,
  type FindingKind,
  isClean,
  makeComparison,
  type Row,
  verdictOn,
} from './compare.ts'

const of: EventsOf = { run: 'r1', seed: 5, startedMs: 1_767_384_000_000, keyIn: 'header' }
const tenants = ['tenant_a', 'tenant_b']
const { text: sent, hash } = makeEventMaker(of)

/** What was answered to event `number`, as revision 0 unless said otherwise. */
type Sent = { number: number; status: number; revision?: Revision; tenant?: number }

function findings(all: Sent[], rows: Row[]) {
  const attempts = makeAttempts()
  for (const { number, status, revision = 0, tenant = 0 } of all)
    attempts.add({
      number,
      tenant,
      kind: 0,
      revision,
      attempt: 1,
      status,
      bodyHash: hash({ number, kind: 0, revision }),
      intendedMs: 0,
      sentAfterMs: 0,
      answeredAfterMs: 0,
    })
  const comparison = makeComparison(attempts, { run: of.run, tenants, kept: sent })
  for (const row of rows) comparison.row(row)
  return comparison.finish()
}

const row = (number: number, given: Partial<Row> & { revision?: Revision } = {}): Row => {
  const { revision = 0, ...rest } = given
  const event = sent({ number, kind: 0, revision })
  return { outcome: 'stored', tenant: 'tenant_a', key: keyOf(of.run, number), event, ...rest }
}
const found = (kind: FindingKind, number: number): Finding[] => [
  { kind, count: 1, examples: [`tenant_a/${keyOf(of.run, number)}`] },
]

describe('a run is clean', () => {
  test('when each accepted event is stored once, or one dead letter', () => {
    const all = [0, 1].map((number) => ({ number, status: 202 }))
    expect(findings(all, [row(0), row(1, { outcome: 'dead' })])).toEqual([])
  })

  test('when a repeat was accepted too, and when an answer was missing before', () => {
    const all = [
      { number: 0, status: 202 },
      { number: 0, status: 202 },
      { number: 1, status: 0 },
      { number: 1, status: 409 },
      { number: 1, status: 202 },
    ]
    expect(findings(all, [row(0), row(1)])).toEqual([])
  })

  test('when what was left open is in, or is not', () => {
    const all = [0, 503, 409, 500].map((status, number) => ({ number, status }))
    expect(findings(all, [])).toEqual([])
    expect(
      findings(
        all,
        all.map(({ number }) => row(number)),
      ),
    ).toEqual([])
  })

  test('when another event under the key was refused, or is the dead letter that it has to be', () => {
    const first = { number: 0, status: 202 }
    expect(findings([first, { number: 0, status: 422, revision: 1 }], [row(0)])).toEqual([])
    const taken = [first, { number: 0, status: 202, revision: 1 as const }]
    expect(findings(taken, [row(0), row(0, { outcome: 'dead', revision: 1 })])).toEqual([])
  })

  test('when the JSON is spelled in another way', () => {
    const event = JSON.stringify(JSON.parse(sent({ number: 0, kind: 0, revision: 0 })), null, 2)
    const serial = /"serial":(\d+)/.exec(sent({ number: 0, kind: 0, revision: 0 }))?.[1]
    const respelled = event.replace(/"serial": [\d.e+]+/, `"serial": ${serial}.0`)
    expect(findings([{ number: 0, status: 202 }], [row(0, { event: respelled })])).toEqual([])
  })
})

describe('the audit finds', () => {
  test('a loss', () => {
    expect(
      findings(
        [
          { number: 0, status: 202 },
          { number: 1, status: 202 },
        ],
        [row(0)],
      ),
    ).toEqual(found('lost', 1))
  })

  test('a loss of the other event under a key', () => {
    const all = [
      { number: 0, status: 202 },
      { number: 0, status: 202, revision: 1 as const },
    ]
    expect(findings(all, [row(0)])).toEqual(found('lost', 0))
  })

  test('a row that is there twice, and a dead letter that is', () => {
    expect(findings([{ number: 0, status: 202 }], [row(0), row(0)])).toEqual(found('repeated', 0))
    const dead = row(0, { outcome: 'dead' })
    expect(findings([{ number: 0, status: 0 }], [dead, dead])).toEqual(found('repeated', 0))
  })

  test('two different events stored under one key', () => {
    const all = [
      { number: 0, status: 202 },
      { number: 0, status: 0, revision: 1 as const },
    ]
    expect(findings(all, [row(0), row(0, { revision: 1 })])).toEqual(found('repeated', 0))
  })

  test('an event that is stored and a dead letter', () => {
    expect(findings([{ number: 0, status: 202 }], [row(0), row(0, { outcome: 'dead' })])).toEqual(
      found('both', 0),
    )
  })

  test('an alteration in the 20th digit of a number', () => {
    const event = sent({ number: 0, kind: 0, revision: 0 }).replace(
      /("serial":\d{19})(\d)/,
      (_, most, last) => `${most}${(Number(last) + 1) % 10}`,
    )
    expect(findings([{ number: 0, status: 202 }], [row(0, { event })])).toEqual(found('altered', 0))
  })

  test.each(['event_id', 'event_type', 'occurred_at', 'source'])('an alteration of %s', (name) => {
    const event = sent({ number: 0, kind: 0, revision: 0 }).replace(`"${name}":"`, `"${name}":"x`)
    expect(findings([{ number: 0, status: 202 }], [row(0, { event })])).toEqual(found('altered', 0))
  })

  test('an event that cannot be read, or is none, or is the revision that was never sent', () => {
    const all = [{ number: 0, status: 202 }]
    for (const event of [undefined, '{', sent({ number: 0, kind: 0, revision: 1 })])
      expect(findings(all, [row(0, { event })])).toEqual(found('altered', 0))
  })

  test('phantoms: a number that was not sent, a key that no run makes, another tenant', () => {
    const all = [
      { number: 0, status: 202 },
      { number: 2, status: 202 },
    ]
    const good = [row(0), row(2)]
    for (const phantom of [
      row(1),
      row(3),
      row(0, { key: 'load-r1-x' }),
      row(0, { tenant: 'tenant_b' }),
    ])
      expect(findings(all, [...good, phantom])).toEqual([
        { kind: 'phantom', count: 1, examples: [`${phantom.tenant}/${phantom.key}`] },
      ])
  })

  test('an outcome of what was only refused', () => {
    const all = [
      { number: 0, status: 429 },
      { number: 0, status: 400 },
    ]
    expect(findings(all, [row(0)])).toEqual(found('refused', 0))
    expect(findings(all, [row(0, { outcome: 'dead' })])).toEqual(found('refused', 0))
  })

  test('all of them, naming the first twenty', () => {
    const all = Array.from({ length: 50 }, (_, number) => ({ number, status: 202 }))
    const [lost, ...others] = findings(all, [])
    expect(others).toEqual([])
    expect(lost).toMatchObject({ kind: 'lost', count: 50 })
    expect(lost?.examples).toHaveLength(20)
  })
})

test('a refusal beside an open answer leaves it open', () => {
  const open = 2
  const refused = 4
  expect(verdictOn(open | refused, { stored: 1, dead: 0 })).toBeUndefined()
  expect(verdictOn(open | refused, { stored: 1, dead: 1 })).toBe('both')
})

test('an audit is clean when something was accepted, nothing was found and the law closes', () => {
  const compared = { findings: [], accepted: 1, conservationCloses: true }
  expect(isClean(compared)).toBe(true)
  expect(isClean({ ...compared, accepted: 0 })).toBe(false)
  expect(isClean({ ...compared, conservationCloses: false })).toBe(false)
  expect(isClean({ ...compared, findings: [{ kind: 'lost', count: 1, examples: [] }] })).toBe(false)
})
