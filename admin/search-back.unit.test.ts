import { describe, expect, test } from 'bun:test'
import { type Slice, searchBack } from './search-back.ts'

const at = (ms: number) => new Date(ms)
const span = { from: at(0), to: at(100_000_000), limit: 3, budgetMs: 100 }
const cutOff = Object.assign(new Error('canceling statement due to statement timeout'), {
  code: '57014',
})

/**
 * Rows are instants, and those of `passing` are wanted; each that is looked at takes so long, on a clock of its own. What
 * takes longer than the server allows is cut off.
 */
function aStore(
  stored: readonly number[],
  passing: (ms: number) => boolean = () => true,
  { rowMs = 0, mostMs = Number.POSITIVE_INFINITY } = {},
) {
  const newest = stored.toSorted((a, b) => b - a)
  const asked: Slice[] = []
  let clock = 0
  const between = (from: Date, to: Date) =>
    newest.filter((ms) => ms >= from.getTime() && ms <= to.getTime())
  const searched = {
    async back(from: Date, to: Date, count: number) {
      const ms = between(from, to)[count - 1]
      return ms === undefined ? null : at(ms)
    },
    async rows(slice: Slice) {
      asked.push(slice)
      const looked = between(slice.from, slice.to)
      const tookMs = looked.length * rowMs
      clock += Math.min(tookMs, mostMs)
      if (tookMs > mostMs) throw cutOff
      return looked.filter(passing).slice(0, slice.limit)
    },
  }
  return {
    asked,
    clock: () => clock,
    look: (given = span) => searchBack(searched, given, () => clock),
  }
}

/** So many rows, one a millisecond, the newest at `newest`. */
const rowsBelow = (newest: number, count: number) =>
  Array.from({ length: count }, (_, n) => newest - n)

describe('rows are looked for from newest to oldest', () => {
  test('until there are enough', async () => {
    const { look } = aStore([99_999_999, 50_000_000, 40_000_000, 3])
    expect((await look()).rows).toEqual([99_999_999, 50_000_000, 40_000_000])
  })

  test('until the span is over, both its ends included', async () => {
    const { look, asked } = aStore([100_000_000, 0])
    expect(await look()).toEqual({ rows: [100_000_000, 0], lookedTo: null })
    expect(asked).toHaveLength(1)
  })

  test('in slices that neither overlap nor leave a gap', async () => {
    const { look, asked } = aStore(rowsBelow(90_000_000, 30_000), () => false)
    expect(await look()).toEqual({ rows: [], lookedTo: null })
    expect(asked[0]?.to).toEqual(span.to)
    expect(asked.at(-1)?.from).toEqual(span.from)
    expect(asked.length).toBeGreaterThan(3)
    for (const [i, slice] of asked.slice(1).entries())
      expect(slice.to.getTime()).toBe((asked[i]?.from.getTime() ?? 0) - 1)
  })

  test('until the budget is spent, and it is told how far', async () => {
    const wanted = 89_990_000
    const { look } = aStore(rowsBelow(90_000_000, 20_000), (ms) => ms === wanted, { rowMs: 0.1 })
    const first = await look()
    expect(first.rows).toEqual([])
    expect(first.lookedTo?.getTime()).toBeGreaterThan(wanted)
    const to = at((first.lookedTo?.getTime() ?? 0) - 1)
    expect((await look({ ...span, to, budgetMs: 10_000 })).rows).toEqual([wanted])
  })

  test('past a time in which nothing was stored, at no cost, and no further into the busy one before it', async () => {
    const busy = rowsBelow(50_000_000, 60_000)
    const { look, asked, clock } = aStore([99_999_999, ...busy], (ms) => ms === 49_999_990, {
      rowMs: 0.1,
      mostMs: 3000,
    })
    const { rows, lookedTo } = await look()
    expect(rows).toEqual([49_999_990])
    expect(lookedTo?.getTime()).toBeGreaterThan(49_990_000)
    expect(clock()).toBeLessThan(2 * span.budgetMs)
    expect(asked.length).toBeGreaterThan(1)
  })

  test('and goes on where a slice was cut off, from the one before it', async () => {
    const wanted = 49_999_000
    const stored = [...rowsBelow(90_000_000, 500), ...rowsBelow(50_000_000, 4000)]
    const { look } = aStore(stored, (ms) => ms === wanted, { rowMs: 1, mostMs: 600 })
    const patient = { ...span, budgetMs: 100_000 }
    const first = await look(patient)
    expect(first).toEqual({ rows: [], lookedTo: at(89_999_501) })
    const seen: number[] = []
    for (let to = first.lookedTo; to !== null; ) {
      const page = await look({ ...patient, to: at(to.getTime() - 1) })
      seen.push(...page.rows)
      expect(page.lookedTo?.getTime() ?? 0).toBeLessThan(to.getTime())
      to = page.lookedTo
    }
    expect(seen).toEqual([wanted])
  })
})

test('a search whose first slice is cut off says so', async () => {
  const { look } = aStore(rowsBelow(90_000_000, 500), () => true, { rowMs: 1, mostMs: 100 })
  await expect(look()).rejects.toBe(cutOff)
})

test('a year in which nothing was stored is passed in a few steps', async () => {
  const year = { ...span, to: at(400 * 86_400_000) }
  const { look, asked } = aStore([5])
  expect(await look(year)).toEqual({ rows: [5], lookedTo: null })
  expect(asked.length).toBeLessThan(6)
  for (const [i, slice] of asked.slice(1).entries())
    expect(slice.to.getTime()).toBe((asked[i]?.from.getTime() ?? 0) - 1)
})

test('more rows of one instant than are looked at in a slice are looked at together', async () => {
  const instant = Array.from({ length: 2000 }, () => 5_000)
  const { look, asked } = aStore([...instant, 4], (ms) => ms === 4)
  expect((await look()).rows).toEqual([4])
  expect(asked[0]?.from).toEqual(at(5_000))
})
