import { describe, expect, test } from 'bun:test'
import { makeCompose } from './compose.ts'
import { type EventsOf, makeEventMaker } from './events.ts'
import { kinds } from './kinds.ts'
import type { Mode } from './modes/mode.ts'
import { type ModeName, modes } from './modes/modes.ts'
import { parcelOf, type Sending } from './packing.ts'

const event = (number: number, given: Partial<Sending> = {}): Sending => ({
  purpose: 'fresh',
  number,
  kind: 0,
  revision: 0,
  tenant: 0,
  intendedMs: 0,
  attempt: 1,
  bodyHash: 0,
  ...given,
})
const kindNamed = (name: string) => kinds.findIndex((kind) => kind.name === name)

function composed(mode: ModeName, ...events: Sending[]) {
  const { keyIn, path, form }: Mode = modes[mode]
  const run = { run: 'r1', seed: 1, startedMs: 1_767_384_000_000, keyIn }
  const of: EventsOf = form === undefined ? run : { ...run, form }
  const target = { host: 'h', port: 80, path: `/events${path}` }
  const compose = makeCompose({ mode: modes[mode], target, apiKeys: ['key_a', 'key_b'], of })
  const { bytes, start, end } = compose(parcelOf(events, 0, false))
  const [head = '', body = ''] = bytes.toString('utf8', start, end).split('\r\n\r\n')
  const maker = makeEventMaker(of)
  return { head, body, texts: events.map(maker.text), hashes: events.map(maker.hash) }
}

describe('an event alone', () => {
  test('goes with its tenant’s API key, and its own key in a header', () => {
    const { head, body, texts } = composed('single', event(7, { tenant: 1 }))
    expect(head.split('\r\n')).toEqual([
      'POST /events HTTP/1.1',
      'Host: h:80',
      'X-API-Key: key_b',
      'Idempotency-Key: load-r1-0000000007',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
    ])
    expect([body]).toEqual(texts)
  })

  test.each([
    ['no-key', 'Idempotency-Key', undefined],
    ['wrong-media-type', 'Content-Type', 'text/plain'],
    ['unknown-api-key', 'X-API-Key', 'not-key_a'],
  ])('whose request has the flaw %s has %s as %p', (name, field, value) => {
    const { head } = composed('single', event(1, { kind: kindNamed(name) }))
    expect(new RegExp(`${field}: (.*)`).exec(head)?.[1]).toBe(value)
  })
})

test('a CloudEvent alone has its key in its source and its id', () => {
  const { head, body, texts } = composed('cloudevents', event(7))
  expect(head).toContain('Content-Type: application/cloudevents+json\r\n')
  expect(head).not.toContain('Idempotency-Key')
  expect([body]).toEqual(texts)
  expect(JSON.parse(body)).toMatchObject({
    specversion: '1.0',
    source: 'load-r1-',
    id: '0000000007',
    partitionkey: 'u0007',
  })
})

describe('events together', () => {
  test('are an array, each with its key: its idempotency_key, or else its event_id', () => {
    const { head, body, texts } = composed('batch', event(0), event(1))
    expect(head).toStartWith('POST /events/batch HTTP/1.1\r\n')
    expect(head).not.toContain('Idempotency-Key')
    expect(body).toBe(`[${texts.join(',')}]`)
    expect(JSON.parse(body)).toMatchObject([
      { event_id: 'evt_r1_0000000000', idempotency_key: 'load-r1-0000000000' },
      { event_id: 'load-r1-0000000001' },
    ])
    expect(JSON.parse(body)[1]).not.toHaveProperty('idempotency_key')
  })

  test('are an array that breaks off when the last of them does', () => {
    const cut = event(1, { kind: kindNamed('not-json') })
    const { body, texts } = composed('batch', event(0), cut)
    expect(body).toBe(`[${texts.join(',')}`)
    expect(body).toEndWith('"revision":0')
    expect(composed('ndjson', event(0), cut).body).toEndWith('"revision":0\n')
  })

  test('are a line each in NDJSON', () => {
    const { head, body, texts } = composed('ndjson', event(0), event(1))
    expect(head).toContain('Content-Type: application/x-ndjson\r\n')
    expect(body).toBe(`${texts.join('\n')}\n`)
  })

  test('have nothing that could be a key when that is the flaw', () => {
    const { body } = composed('batch', event(0, { kind: kindNamed('no-key') }))
    expect(Object.keys(JSON.parse(body)[0])).toEqual([
      'event_type',
      'schema_version',
      'occurred_at',
      'payload',
      'source',
      'revision',
    ])
  })
})

test.each(Object.keys(modes) as ModeName[])('in mode %s the hash of each body is kept', (mode) => {
  const events = [event(3), event(4)].slice(0, modes[mode].usualSize ?? 1)
  const { hashes } = composed(mode, ...events)
  expect(events.map(({ bodyHash }) => bodyHash)).toEqual(hashes)
})
