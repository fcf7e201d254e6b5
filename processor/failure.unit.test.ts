import { expect, test } from 'bun:test'
import { failureOf } from './failure.ts'

const an = (code: unknown, more: object = {}) => Object.assign(new Error('refused'), { code }, more)

test.each([
  ['22P02', 'invalid text'],
  ['22P05', 'a character that has no equivalent'],
  ['22003', 'a number out of range'],
  ['22007', 'an invalid date'],
  ['22021', 'a character not in the repertoire'],
  ['54000', 'an index row too long'],
  ['54001', 'nesting beyond the stack'],
])('%s, %s, is the record’s fault', (code) => {
  expect(failureOf(an(code))).toBe('record')
})

test.each(['23502', '23514', '23505', '23503'])(
  'the integrity violation %s is never the record’s fault: decoding leaves none to a record',
  (code) => {
    expect(failureOf(an(code, { constraint_name: 'events_pkey' }))).toBe('world')
    expect(failureOf(an(code, { table_name: 'events' }))).toBe('world')
  },
)

test('a partition that is counted elsewhere has moved', () => {
  expect(failureOf(an('PU001'))).toBe('moved')
})

test.each([
  ['PU002', 'a ledger that changed under the batch'],
  ['08006', 'a lost connection'],
  ['40001', 'a serialisation failure'],
  ['40P01', 'a deadlock'],
  ['53100', 'a full disk'],
  ['53200', 'no memory'],
  ['53300', 'too many connections'],
  ['55P03', 'a lock that is not to be had'],
  ['57014', 'a statement timeout'],
  ['57P01', 'a backend terminated'],
  ['57P03', 'a server that starts'],
  ['58030', 'an I/O error'],
  ['25006', 'a read-only server'],
  ['28P01', 'a wrong password'],
  ['42P01', 'a missing table'],
  ['42703', 'a missing column'],
  ['XX000', 'an internal error'],
  ['XX001', 'corrupted data'],
  ['CONNECTION_CLOSED', 'the client’s own code'],
  ['CONNECT_TIMEOUT', 'the client’s own code'],
  ['ECONNREFUSED', 'the system’s code'],
  ['ENOSPC', 'the system’s code'],
])('%s, %s, is the world’s fault', (code) => {
  expect(failureOf(an(code))).toBe('world')
})

test.each([
  [undefined],
  [null],
  ['22P02'],
  [22],
  [{}],
  [{ code: 22003 }],
  [{ code: '' }],
  [{ code: '22' }],
  [{ code: '220030' }],
  [new Error('22P02')],
])('what is no refusal of Postgres, %p, is the world’s fault', (error) => {
  expect(failureOf(error)).toBe('world')
})
