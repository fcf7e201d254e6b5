import { afterAll, beforeEach, expect, test } from 'bun:test'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clearStores, storesIn } from '../start/clear.ts'
import { claimElsewhere, readyCluster, removeCluster, serverUser } from './postgres-cluster.ts'

const base = mkdtempSync(join(tmpdir(), 'pulse-cluster-'))
const original = join(base, 'original', 'postgres')
const copy = join(base, 'copy', 'postgres')
/** Of the form that Pulse chooses, so that it would be deleted. */
const elsewhere = `/var/lib/postgresql/pulse-${crypto.randomUUID().slice(0, 8)}`
/** Where root runs the tests, the data is really there; otherwise only the rule is under test. */
const data = serverUser() ? elsewhere : join(base, 'data')

beforeEach(() => {
  for (const folder of [join(base, 'original'), join(base, 'copy'), data])
    rmSync(folder, { recursive: true, force: true })
  for (const folder of [original, data]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(original, 'elsewhere'), data)
  claimElsewhere(original, data)
})
afterAll(() => {
  for (const folder of [base, data]) rmSync(folder, { recursive: true, force: true })
})
const makeCopy = () => cpSync(join(base, 'original'), join(base, 'copy'), { recursive: true })

test('a copied clone may not use the database of its original', () => {
  makeCopy()
  expect(() => claimElsewhere(copy, data)).toThrow(
    `The database in ${data} belongs to ${original}, not to this copy.`,
  )
  claimElsewhere(original, data)
})

test('a moved clone keeps its database', () => {
  renameSync(join(base, 'original'), join(base, 'copy'))
  claimElsewhere(copy, data)
  makeOriginalAgain()
  expect(() => claimElsewhere(original, data)).toThrow(`belongs to ${copy}`)
})

const makeOriginalAgain = () =>
  cpSync(join(base, 'copy'), join(base, 'original'), { recursive: true })

test.skipIf(!serverUser())('a copied clone neither starts on it nor deletes it', async () => {
  makeCopy()
  mkdirSync(join(base, 'copy', 'redis'))
  await expect(readyCluster(copy, join(base, 'log'))).rejects.toThrow('not to this copy')
  expect(() => removeCluster(copy)).toThrow('not to this copy')
  const stores = storesIn(join(base, 'copy'))
  const clearing = clearStores(stores, { logs: base, project: 'pulse-cluster-test' })
  await expect(clearing).rejects.toThrow('not to this copy')
  expect(storesIn(join(base, 'copy'))).toEqual(stores)
  expect(existsSync(data)).toBe(true)
  removeCluster(original)
  expect(existsSync(data)).toBe(false)
})
