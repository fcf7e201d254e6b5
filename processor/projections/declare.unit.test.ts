import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commerceTypes } from '../../contracts/commerce/events.ts'
import { aCommerceEvent } from './builders.ts'
import { declare, unfitIn } from './declare.ts'
import { declaredProjections, readDeclarations } from './declared.ts'
import { textArray } from './text-array.ts'

const projections = await declaredProjections()

test('every event of commerce is followed by one projection, and fits it', () => {
  const followed = projections.flatMap(({ events }) => Object.keys(events)).sort()
  expect(followed).toEqual([...commerceTypes].sort())
  for (const projection of projections)
    for (const type of commerceTypes.filter((type) => Object.hasOwn(projection.events, type)))
      expect(unfitIn(projection, type, aCommerceEvent(type).payload)).toBeUndefined()
})

test.each([
  ['missing email', { email: undefined }],
  ['userId must be a string', { userId: 7 }],
  ['createdAt must be an RFC 3339', { createdAt: '2026-02-30T00:00:00Z' }],
])('a payload that does not fit is told: %s', (why, change) => {
  const users = projections.find(({ name }) => name === 'users')
  const payload = JSON.parse(JSON.stringify(aCommerceEvent('UserCreated', change).payload))
  expect(users && unfitIn(users, 'UserCreated', payload)).toStartWith(why)
})

test('a name that can be none in Postgres is refused', () => {
  const given = { events: {}, tables: ['a'], apply: ['select 1'] } as const
  expect(() => declare({ ...given, name: 'Users"; drop' })).toThrow("'Users\"; drop' must be")
  expect(() => declare({ ...given, name: 'users', tables: ['a b'] })).toThrow("'a b' must be")
})

test.each([
  [
    'a name',
    ['name: "a", tables: ["x"]', 'name: "a", tables: ["y"]'],
    "two projections declare 'a'",
  ],
  [
    'a table',
    ['name: "a", tables: ["x"]', 'name: "b", tables: ["x"]'],
    "two projections declare 'x'",
  ],
])('%s that two projections declare is refused', async (_, declarations, said) => {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-declared-'))
  try {
    for (const [i, each] of declarations.entries())
      writeFileSync(join(folder, `${i}.ts`), `export const projection = { ${each} }`)
    await expect(declaredProjections(folder)).rejects.toThrow(said)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a file that declares nothing that could run is told, and the others stand', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-declared-'))
  const files = {
    good: 'export const projection = { name: "good", tables: ["x"] }',
    named: 'export const projection = { name: "No name", tables: ["y"] }',
    none: 'export const other = 1',
    throws: 'throw new Error("not today")',
    unreadable: 'export const projection = {',
  }
  try {
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(folder, `${name}.ts`), text)
    const { projections, broken } = await readDeclarations(folder)
    expect(projections.map(({ name }) => name)).toEqual(['good'])
    expect(broken.slice(0, 3)).toEqual([
      {
        name: 'named',
        why: "'No name' must be 1 to 40 lower case letters, digits and underscores",
      },
      { name: 'none', why: 'the file exports no projection' },
      { name: 'throws', why: 'not today' },
    ])
    expect(broken[3]).toEqual({ name: 'unreadable', why: expect.stringMatching(/./) })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('texts with every sign that Postgres reads in an array are kept', () => {
  expect(textArray(['a', 'b,c', '"', '\\', '{}', ''])).toBe('{"a","b,c","\\"","\\\\","{}",""}')
})
