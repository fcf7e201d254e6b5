import { describe, expect, test } from 'bun:test'
import { anEvent } from '../contracts/builders.ts'
import { judge } from './builders.ts'
import { copyField, stagedColumns, stagedRow } from './copy-text.ts'
import type { Judged } from './decode.ts'

/** Reads a line as PostgreSQL's documentation of COPY has it: the reverse of what is under test. */
function readLine(line: string): (string | null)[] {
  expect(line.endsWith('\n')).toBe(true)
  return line
    .slice(0, -1)
    .split('\t')
    .map((field) => (field === '\\N' ? null : field.replace(/\\(.)/g, (_, c) => letters[c] ?? c)))
}
const letters: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const staged = (judged: Judged) => {
  const values = readLine(stagedRow(judged))
  expect(values).toHaveLength(stagedColumns.length)
  return Object.fromEntries(stagedColumns.map((column, i) => [column, values[i]]))
}

describe('a field', () => {
  test.each([
    '',
    'plain',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\\',
    '\\\\',
    '\\.',
    '\\N',
    '\\n',
    '\\t',
    '\\x41',
    '\\101',
    'a\tb\nc\\d',
    '\b\f\v',
    'N',
    '日本 🙂',
    '\u2028',
  ])('%p comes back as it went in, on one line', (text) => {
    expect(copyField(text)).not.toMatch(/[\t\n\r]/)
    expect(readLine(`${copyField(text)}\n`)).toEqual([text])
  })

  test('without a value is null, which no text is', () => {
    expect(copyField(undefined)).toBe('\\N')
    expect(copyField('\\N')).toBe('\\\\N')
  })

  test('never ends the data: no line is backslash, full stop', () => {
    expect(copyField('\\.')).toBe('\\\\.')
  })
})

describe('a row', () => {
  test('of an event holds the record, and nothing of a dead letter', () => {
    const judged = judge({}, { key: Buffer.from('tenant_a:user-7') })
    expect(staged(judged)).toEqual({
      offset: '7',
      tenant_id: 'tenant_a',
      idempotency_key: 'key_1',
      fingerprint: judged.fingerprint,
      request_id: 'req_1',
      received_at: '2026-01-02T19:59:59.000Z',
      ordering_key: 'user-7',
      event_id: 'evt_1',
      event_type: 'user_login',
      schema_version: '1',
      occurred_at: '2026-01-02T20:00:00Z',
      head: judged.value.toString().split('{"user_id"')[0],
      payload: JSON.stringify(anEvent().payload),
      tail: '}}',
      extra: null,
      code: null,
      class: null,
      stage: null,
      path: null,
      sentence: null,
      original: null,
      redrive_letter: null,
      redrive_attempt: null,
      redrive_fingerprint: null,
    })
  })

  test('of a dead letter that is tried again names it', () => {
    const fingerprint = '0'.repeat(32)
    const headers = { redrive: `12/3/${fingerprint}` }
    expect(staged(judge({}, { headers }))).toMatchObject({
      redrive_letter: '12',
      redrive_attempt: '3',
      redrive_fingerprint: fingerprint,
    })
  })

  test('of a dead letter holds its reason and its bytes, and nothing of an event', () => {
    expect(staged(judge({ event: anEvent({ payload: 1 }) }))).toMatchObject({
      ordering_key: null,
      schema_version: null,
      occurred_at: null,
      head: null,
      payload: null,
      tail: null,
      extra: null,
      event_id: 'evt_1',
      code: 'VALIDATION_FAILED',
      class: 'invalid',
      stage: 'validate',
      path: '/payload',
      sentence: 'payload must be a JSON object',
    })
  })

  test('keeps the original of a dead letter byte for byte, as bytea in hexadecimal', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    const { original, path } = staged(judge(bytes))
    expect(original).toBe(`\\x${Buffer.from(bytes).toString('hex')}`)
    expect(path).toBeNull()
    expect(staged(judge(null)).original).toBe('\\x')
  })

  test('keeps the bytes of an event’s JSON, escapes and white space too', () => {
    const payload = { note: 'tab\t newline\n backslash\\ \\. \\N "quoted" \u0001 🙂' }
    const judged = judge(
      `\n\t${JSON.stringify({ ...recordOf(judge({ event: anEvent({ payload }) })) })}\r\n`,
    )
    const row = staged(judged)
    expect(`${row.head}${row.payload ?? ''}${row.tail}`).toBe(judged.value.toString())
  })

  test('holds an offset beyond what a number can', () => {
    expect(staged(judge({}, { offset: 9_007_199_254_740_993n })).offset).toBe('9007199254740993')
  })
})

const recordOf = (judged: Judged): object => JSON.parse(judged.value.toString())
