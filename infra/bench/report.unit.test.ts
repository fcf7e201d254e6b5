import { describe, expect, test } from 'bun:test'
import { beforeOf, type Result } from './kept.ts'
import { markdownTable, page, section, shown } from './report.ts'

const result: Result = {
  format: 1,
  bench: 'speed',
  about: 'How fast it is.',
  command: 'bun run bench speed',
  startedAt: '2026-01-02T20:00:00.000Z',
  seconds: 61.4,
  commit: 'abc',
  machine: { cores: 2, processor: 'A', memoryGiB: 24, kernel: '6.1', loadBefore: 0.1 },
  versions: { Node: '20', Bun: '1.4' },
  settings: { 'seconds a run': 12 },
  metrics: [
    { name: 'p50', unit: 'ms', better: 'lower' },
    { name: 'never', unit: 'ms', better: 'lower' },
    { name: 'rate', unit: '1/s', better: 'higher' },
  ],
  pairs: [{ metric: 'rate', of: 'a', to: 'b' }],
  contenders: {
    a: [
      { p50: 3, rate: 10 },
      { p50: 1, rate: 30 },
      { p50: 2, rate: 20 },
    ],
    b: [{ rate: 20 }, { rate: 30 }, { rate: 80 }],
  },
  before: undefined,
}

describe('a section', () => {
  test('names its command, machine, versions and settings', () => {
    const text = section(result)
    expect(text).toStartWith('## speed\n\nHow fast it is.\n\n```sh\nbun run bench speed\n```\n')
    expect(text).toContain('2026-01-02 at abc, 3 runs each, 61 s in all.')
    expect(text).toContain('2 cores (A), 24 GiB, Linux 6.1, load before 0.1; Node 20, Bun 1.4.')
    expect(text).toContain('Settings: seconds a run 12.')
  })

  test('says when no commit holds what was measured', () => {
    const text = section({ ...result, commit: 'abc+' })
    expect(text).toContain('2026-01-02 at abc with changes, 3 runs')
  })

  test('has the median and the spread of what was measured, and leaves out what never was', () => {
    const text = section(result)
    expect(text).toContain('| p50 (ms)   |    2 (1–3) |            |')
    expect(text).toContain('| rate (1/s) | 20 (10–30) | 30 (20–80) |')
    expect(text).not.toContain('never')
    expect(text).toContain('\nrate, a to b, run by run: ×0.50 (0.25–1.00)\n')
  })

  test('has a line a contender when there are more of them than metrics', () => {
    const text = section({
      ...result,
      contenders: { ...result.contenders, c: [], d: [{ rate: 1 }] },
    })
    expect(text).toContain('|     | p50 (ms) | rate (1/s) |')
    expect(text).toContain('| a   |  2 (1–3) | 20 (10–30) |')
  })

  test('compares medians with the run that was kept before, where that has them', () => {
    const before = beforeOf({ ...result, commit: 'old', contenders: { a: [{ p50: 4 }] } })
    const text = section({ ...result, before })
    expect(text).toContain('compared with 2026-01-02 at old')
    expect(text).toContain('2 (1–3) ×0.50')
    expect(text).toMatch(/\| 30 \(20–80\) \|/)
  })
})

test('the page has a section for each result', () => {
  const headings = page([result, { ...result, bench: 'size' }]).match(/^#+ .*/gm)
  expect(headings).toEqual(['# Benchmarks', '## speed', '## size'])
})

test('numbers have three digits that matter', () => {
  expect([0.123456, 1.5, 12.34, 123.4, 12_345.6].map(shown)).toEqual([
    ...['0.12', '1.5', '12.3', '123', '12,346'],
  ])
})

test('columns of a table are as wide as their widest cell', () => {
  expect(markdownTable(['', 'a'], [['row', '1 (1–2)']])).toBe(
    '|     |       a |\n| --- | ------: |\n| row | 1 (1–2) |\n',
  )
})
