import { expect, test } from 'bun:test'
import { mayOpenPages } from './may-open-pages.ts'

const stores = 'processor/store.int.test.ts'
const pages = 'infra/acceptance/console.e2e.test.ts'

test('a file that opens no page needs no browser', () => {
  expect(mayOpenPages([stores])).toBe(false)
  expect(mayOpenPages(['--bail', stores, '--timeout=1'])).toBe(false)
})

test('one that does needs it, and so does whatever may be one', () => {
  expect(mayOpenPages([stores, pages])).toBe(true)
  for (const args of [[], ['--bail'], ['acceptance'], ['infra/acceptance'], ['no.such.test.ts']])
    expect(mayOpenPages(args)).toBe(true)
})
