import { expect, test } from 'bun:test'
import { aDeadLetter } from './builders.ts'
import { makeDeadLetterLines } from './dead-letter-lines.ts'

function aLog(now: () => number) {
  const lines: object[] = []
  const warn = (fields: object, msg: string) => void lines.push({ ...fields, msg })
  const tell = makeDeadLetterLines({ debug() {}, info() {}, warn, error() {} }, now)
  return { lines, tell }
}

test('a line has what finds the event elsewhere, and nothing of its content', () => {
  const { lines, tell } = aLog(() => 0)
  tell([aDeadLetter({ sentence: 'quotes a secret', original: Buffer.from('secret') })])
  expect(lines).toEqual([
    {
      eventId: 'evt_1',
      eventType: 'user_login',
      requestId: 'req_1',
      tenantId: 'tenant_a',
      deadLetterId: '1',
      code: 'VALIDATION_FAILED',
      partition: 3,
      offset: '7',
      msg: 'dead letter',
    },
  ])
})

test('a flood is a hundred lines a second, and one that counts the rest', () => {
  let now = 0
  const { lines, tell } = aLog(() => now)
  const letters = Array.from({ length: 70 }, () => aDeadLetter())
  tell(letters)
  tell(letters)
  expect(lines).toHaveLength(101)
  expect(lines.at(-1)).toEqual({ deadLetters: 40, msg: 'more dead letters than lines' })
  now = 1000
  tell(letters)
  expect(lines).toHaveLength(171)
})
