import { describe, expect, test } from 'bun:test'
import { type Slice, searchBack } from './search-back.ts'

const at = (ms: number) => new Date(ms)
const span = { from: at(0), to: at(100_000_000), limit: 3, budgetMs: 100, firstSliceMs: 1000 }

/** Rows are instants; each question takes so long on a clock of its own. */
function aStore(rows: readonly number[], tookMs = 0) {
  const asked: Slice[] = []
  let clock = 0
  const ask = async (slice: Slice) => {
    asked.push(slice)
    clock += tookMs
    return rows
      .filter((ms) => ms >= slice.from.getTime() && ms <= slice.to.getTime())
      .sort((a, b) => b - a)
      .slice(0, slice.limit)
  }
  return { asked, look: (given = span) => searchBack(ask, given, () => clock) }
}

describe('rows are looked for from newest to oldest', () => {
  test('until there are enough', async () => {
    const { look } = aStore([99_999_999, 50_000_000, 40_000_000, 3])
    const { rows } = await look()
    expect(rows).toEqual([99_999_999, 50_000_000, 40_000_000])
  })

  test('until the span is over, both its ends included', async () => {
    const { look, asked } = aStore([100_000_000, 0])
    expect(await look()).toEqual({ rows: [100_000_000, 0], lookedTo: null })
    expect(asked.length).toBeLessThan(10)
  })

  test('in slices that neither overlap nor leave a gap', async () => {
    const { look, asked } = aStore([])
    await look()
    expect(asked[0]?.to).toEqual(span.to)
    expect(asked.at(-1)?.from).toEqual(span.from)
    for (const [i, slice] of asked.slice(1).entries())
      expect(slice.to.getTime()).toBe((asked[i]?.from.getTime() ?? 0) - 1)
  })

  test('until the budget is spent, and it is told how far', async () => {
    const { look, asked } = aStore([5], 60)
    const { rows, lookedTo } = await look()
    expect(rows).toEqual([])
    expect(asked).toHaveLength(3)
    expect(lookedTo).toEqual(asked[2]?.from as Date)
    const rest = await look({ ...span, to: at((lookedTo?.getTime() ?? 0) - 1), budgetMs: 10_000 })
    expect(rest).toEqual({ rows: [5], lookedTo: null })
  })

  test('with slices that stay small where questions are slow', async () => {
    const slow = aStore([], 30)
    await slow.look({ ...span, budgetMs: 200 })
    const quick = aStore([], 0)
    await quick.look()
    expect(slow.asked.length).toBeLessThan(10)
    expect(quick.asked.length).toBeLessThan(slow.asked.length + 3)
  })

  test('of which one that reaches into the future does not make the next one large', async () => {
    const { look, asked } = aStore([])
    await look({ ...span, firstSliceMs: 90_000_000 })
    const [, second] = asked
    expect((second?.to.getTime() ?? 0) - (second?.from.getTime() ?? 0)).toBeLessThan(10_000)
  })
})
