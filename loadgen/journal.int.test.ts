import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openJournal, readJournal } from './journal.ts'
import type { Attempt, Header } from './journal-format.ts'

const folder = mkdtempSync(join(tmpdir(), 'pulse-journal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const header = (run: string): Header => ({
  format: 2,
  run,
  seed: 1,
  startedMs: 0,
  keyIn: 'header',
  tenants: ['tenant_a'],
})
const attempt = (number: number): Attempt => ({
  number,
  tenant: 0,
  kind: 0,
  revision: 0,
  attempt: 1,
  status: 202,
  bodyHash: number,
  intendedMs: number,
  sentAfterMs: 0,
  answeredAfterMs: 0,
})

test('every attempt is read again in order, across the bounds of what is written and read at once', async () => {
  const journal = openJournal(folder, header('r1'))
  for (let number = 0; number < 100_000; number++) journal.write(attempt(number))
  journal.close()
  let next = 0
  for await (const { number, bodyHash } of readJournal(journal.file)) {
    if (number !== next || bodyHash !== next) throw new Error(`read ${number} instead of ${next}`)
    next++
  }
  expect(next).toBe(100_000)
})

test('the newest five stay', () => {
  for (let run = 2; run < 9; run++) openJournal(folder, header(`r${run}`)).close()
  expect(readdirSync(folder).sort()).toEqual([4, 5, 6, 7, 8].map((run) => `r${run}.journal`))
})
