import { afterAll, beforeEach, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clearStores, storesIn } from './clear.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-clear-'))
const state = join(dir, 'state')
const place = { logs: dir, project: 'pulse-clear-test' }
const path = process.env.PATH
beforeEach(() => rmSync(state, { recursive: true, force: true }))
afterAll(() => {
  process.env.PATH = path
  rmSync(dir, { recursive: true, force: true })
})

const keep = (...names: string[]) => {
  for (const name of names) mkdirSync(join(state, name), { recursive: true })
}

test('Redis goes first and Postgres last, so that half of a reset breaks no promise', async () => {
  keep('postgres', 'kafka', 'redis', 'cache', 'logs')
  const stores = storesIn(state)
  expect(stores.map(({ name }) => name)).toEqual(['redis', 'kafka', 'postgres'])
  await clearStores(stores, place)
  expect(storesIn(state)).toEqual([])
  expect(existsSync(join(state, 'cache'))).toBe(true)
})

test('only a folder that Pulse made outside the clone is deleted with it', async () => {
  keep('postgres')
  const stranger = join(dir, 'stranger')
  mkdirSync(stranger)
  writeFileSync(join(state, 'postgres', 'elsewhere'), stranger)
  await clearStores(storesIn(state), place)
  expect(existsSync(stranger)).toBe(true)
  expect(existsSync(join(state, 'postgres'))).toBe(false)
})

test('nothing is deleted when there are Docker volumes and no Docker', async () => {
  keep('postgres', 'kafka', 'redis', 'docker')
  process.env.PATH = dir
  await expect(clearStores(storesIn(state), place)).rejects.toThrow(
    'Nothing was deleted: this clone has Docker volumes, and there is no docker command.',
  )
  process.env.PATH = path
  expect(storesIn(state)).toHaveLength(4)
})
