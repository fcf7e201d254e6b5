import { expect, test } from 'bun:test'
import { sentText } from './told.ts'

const event = { eventId: 'e1', eventType: 'UserCreated' }
const links = ['http://admin/search?tenant=a&idempotencyKey=e1']

test.each([
  [202, { request_id: 'req_1', duplicate: false }, 'UserCreated e1  accepted as req_1'],
  [202, { request_id: 'req_1', duplicate: true }, 'UserCreated e1  accepted before as req_1'],
  [
    429,
    { error: { code: 'RATE_LIMITED', message: 'Too many' } },
    'UserCreated e1  429 RATE_LIMITED: Too many',
  ],
  [0, 'no answer from http://x: refused', 'UserCreated e1  no answer from http://x: refused'],
])('an answer of %i is told with where to look', (status, answer, said) => {
  const sent = { event, accepted: status === 202, status, answer, links }
  expect(sentText(sent)).toBe(`${said}\n  ${links[0]}`)
})

test('what will be a dead letter is told at once', () => {
  const answer = { request_id: 'r', duplicate: false, warnings: [{ message: 'missing email' }] }
  const text = sentText({ event, accepted: true, status: 202, answer, links: [] })
  expect(text).toBe('UserCreated e1  accepted as r\n  will be a dead letter: missing email')
})
