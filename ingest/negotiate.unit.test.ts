import { describe, expect, test } from 'bun:test'
import { asksForProblems, prefersPage, qualityOf, rangesIn } from './negotiate.ts'

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'

describe('refusals are problems', () => {
  test.each([
    'application/problem+json',
    'Application/Problem+JSON',
    'application/problem+json, application/json',
    'application/json, application/problem+json',
    'application/json;q=0.9, application/problem+json',
    'application/problem+json;q=0.5, application/json;q=0.5',
    'application/problem+json;q=0.5, application/json;q=0.4',
    'application/problem+json; charset=utf-8; q=0.9, application/json;q=0.1',
    'application/problem+json;q=0.1',
    'text/html, application/problem+json;q=0.001',
    'application/problem+json;q=0.6, */*;q=0.5',
    'application/problem+json, */*',
    'text/plain;a="x,y;q=0", application/problem+json',
    ' application/problem+json ;Q=1.000',
  ])('for Accept: %s', (accept) => {
    expect(asksForProblems(accept)).toBe(true)
  })
})

describe('refusals are plain JSON', () => {
  test.each([
    '',
    '*/*',
    'application/*',
    'application/json',
    'text/html',
    browser,
    'application/problem+xml',
    'application/problem+json;q=0',
    'application/problem+json;q=0, */*',
    'application/json, application/problem+json;q=0.9',
    'application/problem+json;q=0.5, */*;q=0.8',
    'application/problem+json;q=0.5, application/*;q=0.9',
    'application/problem+json;q=0.5, application/json;q=0.6, */*;q=0.1',
    'application/problem+json;q=2',
    'application/problem+json;q=, */*',
    'application/problem+json;q=-1',
    'application/problem+json;q=0.1234',
    'text/plain;a="application/problem+json"',
    '"application/problem+json',
    ',,;;,',
    'x-application/problem+json',
  ])('for Accept: %s', (accept) => {
    expect(asksForProblems(accept)).toBe(false)
  })
})

describe('a page', () => {
  test.each([browser, 'text/html', 'text/html, application/json;q=0.9', 'text/*'])(
    'is for Accept: %s',
    (accept) => {
      expect(prefersPage(accept)).toBe(true)
    },
  )

  test.each(['', '*/*', 'application/json', 'text/html, application/json', 'text/html;q=0, */*'])(
    'is not for Accept: %s',
    (accept) => {
      expect(prefersPage(accept)).toBe(false)
    },
  )
})

test.each([
  ['text/html;q=0.3, text/*;q=0.7, */*;q=0.5', 'text/html', 0.3],
  ['text/html;q=0.3, text/*;q=0.7, */*;q=0.5', 'text/plain', 0.7],
  ['text/html;q=0.3, text/*;q=0.7, */*;q=0.5', 'image/png', 0.5],
  ['text/html;q=0.3', 'image/png', 0],
  ['a/b;q=0.1, a/b;q=0.9', 'a/b', 0.1],
  ['a/b;q=many, */*;q=0.2', 'a/b', 0.2],
] as const)('Accept: %s likes %s with %p', (accept, mediaType, quality) => {
  expect(qualityOf(mediaType, rangesIn(accept))).toBe(quality)
})

test('the longest header that the server takes is read in no time', () => {
  for (const piece of ['"', '"\\', ',', ';q=', 'a/b;', '"a\\",', 'application/problem+json;']) {
    const accept = `application/problem+json${piece.repeat(16_384 / piece.length)}`
    const costs = [1, 2, 3].map(() => {
      const before = process.cpuUsage()
      asksForProblems(accept)
      return process.cpuUsage(before).user
    })
    // Of this process alone, since a clock counts what a busy machine does meanwhile; and the least of three, since what
    // the collector of garbage does counts too.
    expect(Math.min(...costs)).toBeLessThan(50_000)
  }
})
