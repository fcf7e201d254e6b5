import { expect, test } from 'bun:test'
import { makeRecogniser } from './recognise.ts'

const isKnown = makeRecogniser('{"id":"', '","n":1}')
const known = (text: string) => {
  const bytes = Buffer.from(`<<${text}>>`)
  return isKnown({ bytes, start: 2, end: bytes.length - 2 })
}

test.each(['{"id":"","n":1}', '{"id":"req_1.~ x","n":1}'])('%s is recognised', (text) => {
  expect(known(text)).toBe(true)
})

test.each([
  '',
  '{"id":"',
  '{"id":","n":1}',
  '{"id":"a","n":2}',
  '{"id": "a","n":1}',
  '{"id":"a","n":1} ',
  '{"id":"a\\","n":1}',
  '{"id":"a","n":2,"m":"b","n":1}',
  '{"id":"é","n":1}',
  '{"id":"\u0001","n":1}',
])('%j is not', (text) => {
  expect(known(text)).toBe(false)
})
