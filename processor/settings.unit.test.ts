import { expect, test } from 'bun:test'
import { maskedSummary, readSettings } from '../contracts/env.ts'
import { settings } from './settings.ts'

const database = 'postgres://pulse:hunter2@localhost:5432/pulse'

test('with a database alone, every other setting has a default that is valid', () => {
  const read = readSettings(settings, { DATABASE_URL: database })
  expect(read).toMatchObject({ ok: true, config: { port: 8082, ledgerDays: 90 } })
  if (read.ok) expect(JSON.stringify(maskedSummary(settings, read.config))).not.toContain('hunter2')
})

test('without a database there is one problem', () => {
  expect(readSettings(settings, {})).toEqual({
    ok: false,
    problems: [expect.stringMatching(/^DATABASE_URL is required/)],
  })
})
