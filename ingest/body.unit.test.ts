import { describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { type BodyEnd, readBody, readWhole } from './body.ts'
import { Held, makeBudget } from './budget.ts'
import type { Exchange } from './exchange.ts'

const budgetOf = (maxInFlightBytes: number) => makeBudget({ maxInFlight: 1, maxInFlightBytes })

/** A request whose body comes as the test sends it. */
function anExchange() {
  let receive = (_chunk: ArrayBuffer, _isLast: boolean) => {}
  let gone = () => {}
  const exchange = {
    onBody: (part: typeof receive) => {
      receive = part
    },
    onGone: (callback: () => void) => {
      gone = callback
    },
  } as unknown as Exchange
  return {
    exchange,
    /** As the server does: the memory is its own again afterwards. */
    send(bytes: string | Uint8Array, isLast = false) {
      const chunk = new Uint8Array(Buffer.from(bytes)).buffer
      receive(chunk, isLast)
      new Uint8Array(chunk).fill(0)
    },
    leave: () => gone(),
  }
}

type Options = { limit?: number; encoding?: 'identity' | 'gzip'; room?: number; wants?: number }

function aReading({ limit = 100, encoding = 'identity', room = 1e9, wants = 1e9 }: Options = {}) {
  const budget = budgetOf(room)
  const request = anExchange()
  const got = { text: '', ends: [] as BodyEnd[] }
  let finished = () => {}
  const end = new Promise<void>((resolve) => {
    finished = resolve
  })
  readBody(
    request.exchange,
    { encoding, limit, held: new Held(budget) },
    {
      part(bytes) {
        got.text += bytes.toString()
        return got.text.length < wants
      },
      done(as) {
        got.ends.push(as)
        finished()
      },
    },
  )
  return { ...request, budget, got, end }
}

describe('a body', () => {
  test('is given as it comes, and stays as it was when the server takes its memory back', () => {
    const { send, got, budget } = aReading()
    send('ab')
    send('')
    send('c', true)
    expect(got).toEqual({ text: 'abc', ends: ['whole'] })
    expect(budget.bytes).toBe(3)
  })

  test('of nothing is whole', () => {
    const { send, got } = aReading()
    send('', true)
    expect(got).toEqual({ text: '', ends: ['whole'] })
  })

  test('of exactly the limit is whole; of a byte more it is too large, told at its end', () => {
    const fits = aReading({ limit: 4 })
    fits.send('abcd', true)
    expect(fits.got.ends).toEqual(['whole'])
    const over = aReading({ limit: 4 })
    over.send('abcd')
    expect(over.budget.bytes).toBe(4)
    over.send('e')
    expect(over.budget.bytes).toBe(0)
    expect(over.got.ends).toEqual([])
    over.send('', true)
    expect(over.got.ends).toEqual(['too-large'])
  })

  test('that does not end is given up 32 MiB beyond its limit', () => {
    const { send, got } = aReading({ limit: 4 })
    const chunk = new Uint8Array(8 * 1024 * 1024)
    for (let i = 0; i < 4; i++) send(chunk)
    expect(got.ends).toEqual([])
    send(chunk)
    send(chunk)
    expect(got).toEqual({ text: '', ends: ['too-large'] })
  })

  test('that the budget has no room for is refused at once, and holds nothing', () => {
    const { send, got, budget } = aReading({ room: 3 })
    send('ab')
    send('cd')
    expect(got.ends).toEqual(['no-room'])
    expect(budget.bytes).toBe(0)
    send('', true)
    expect(got.ends).toEqual(['no-room'])
  })

  test('of which no more is wanted is read to its end all the same', () => {
    const { send, got } = aReading({ wants: 2 })
    send('ab')
    send('cd')
    expect(got.ends).toEqual([])
    send('', true)
    expect(got).toEqual({ text: 'ab', ends: ['whole'] })
  })

  test('whose client goes away holds nothing, and nobody is told', () => {
    const { send, leave, got, budget } = aReading()
    send('ab')
    leave()
    send('c', true)
    expect(got).toEqual({ text: 'ab', ends: [] })
    expect(budget.bytes).toBe(0)
  })
})

describe('an encoded body', () => {
  test('is given decoded', async () => {
    const { send, got, end } = aReading({ encoding: 'gzip' })
    const body = gzipSync('x'.repeat(90))
    send(body.subarray(0, 5))
    send(body.subarray(5), true)
    await end
    expect(got).toEqual({ text: 'x'.repeat(90), ends: ['whole'] })
  })

  test('that is longer than the limit once decoded is too large', async () => {
    const { send, got, end, budget } = aReading({ encoding: 'gzip' })
    send(gzipSync('x'.repeat(101)), true)
    await end
    expect(got).toEqual({ text: '', ends: ['too-large'] })
    expect(budget.bytes).toBe(0)
  })

  test('that is not what it says is undecodable', async () => {
    const { send, got, end, budget } = aReading({ encoding: 'gzip' })
    send('plain', true)
    await end
    expect(got).toEqual({ text: '', ends: ['undecodable'] })
    expect(budget.bytes).toBe(0)
  })

  test('of nothing is undecodable', async () => {
    const { send, got, end } = aReading({ encoding: 'gzip' })
    send('', true)
    await end
    expect(got.ends).toEqual(['undecodable'])
  })

  test('is refused where there is no room for decoding it', () => {
    const { send, got, budget } = aReading({ encoding: 'gzip', room: 1000 })
    send(gzipSync('x'), true)
    expect(got.ends).toEqual(['no-room'])
    expect(budget.bytes).toBe(0)
  })

  test('whose client goes away while it is decoded holds nothing, and nobody is told', async () => {
    const { send, leave, got, budget } = aReading({ encoding: 'gzip', limit: 1e9 })
    send(gzipSync('x'.repeat(1_000_000)), true)
    leave()
    const other = aReading({ encoding: 'gzip' })
    other.send(gzipSync('x'), true)
    await other.end
    expect(got).toEqual({ text: '', ends: [] })
    expect(budget.bytes).toBe(0)
  })
})

test.each([
  [['abc'], 'abc'],
  [['a', 'b', 'c'], 'abc'],
  [[''], ''],
])('%j is read into one buffer that is not held any more', (parts, whole) => {
  const budget = budgetOf(100)
  const { exchange, send } = anExchange()
  let body: unknown
  readWhole(exchange, { encoding: 'identity', limit: 100, held: new Held(budget) }, (read) => {
    body = read
  })
  for (const [i, part] of parts.entries()) send(part, i === parts.length - 1)
  expect(body).toEqual(Buffer.from(whole))
  expect(budget.bytes).toBe(0)
})
