/** The projection that docs/projections.md adds, as it stands there. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anEvent } from '../../contracts/builders.ts'
import { declaredProjections } from './declared.ts'
import { openStoredLog, type StoredLog } from './harness/stored-log.ts'
import { rebuild } from './rebuild/rebuild.ts'

let log: StoredLog
const folder = mkdtempSync(join(tmpdir(), 'pulse-declared-'))
beforeAll(async () => {
  log = await openStoredLog()
})
afterAll(async () => {
  await log.close()
  rmSync(folder, { recursive: true, force: true })
})

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'projections.md'), 'utf8')
const blockOf = (language: string) =>
  new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? ''

test('two files make a projection that follows, leaves out what does not fit, and can be rebuilt', async () => {
  await log.sql.unsafe(blockOf('sql'))
  const declared = join(import.meta.dirname, 'declared')
  const declaration = blockOf('ts').replaceAll(/'(\.\.\/[^']+)'/g, (_, path: string) =>
    JSON.stringify(join(declared, path)),
  )
  writeFileSync(join(folder, 'logins.ts'), declaration)
  const [logins] = await declaredProjections(folder)
  if (logins === undefined) throw new Error('the page declares none')

  const [id] = await log.partitions(1)
  const login = (user_id: unknown, second: number) => ({
    event: anEvent({ payload: { user_id }, occurred_at: `2026-01-02T20:00:0${second}Z` }),
  })
  if (id) await log.put(id, [login('u1', 2), login('u1', 9), login('u2', 1), login(7, 1)])
  await log.follow(logins)
  if (id) await log.put(id, [login('u1', 5)])
  await log.follow(logins)
  const rows = () => log.sql`select user_id, times::int, last_at from projections.logins order by 1`
  const known = [
    { user_id: 'u1', times: 3, last_at: new Date('2026-01-02T20:00:09Z') },
    { user_id: 'u2', times: 1, last_at: new Date('2026-01-02T20:00:01Z') },
  ]
  expect([...(await rows())]).toEqual(known)
  const { signal } = new AbortController()
  const rebuilt = await rebuild(logins, { sessions: log.sessions, signal, progress() {} })
  expect(rebuilt).toMatchObject({ is: 'rebuilt', events: 4, unfit: 1 })
  expect([...(await rows())]).toEqual(known)
})
