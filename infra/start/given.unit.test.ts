import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addressOf } from './check-given.ts'
import { givenParts, readGiven, withoutConnectionsOf } from './given.ts'
import { shownAddresses } from './runtime.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-given-'))
const file = join(dir, 'url')
writeFileSync(file, 'postgres://u:secret@db:5432/pulse\n')
afterAll(() => rmSync(dir, { recursive: true }))

test('a part is given by its address, by value or in a file', () => {
  expect([...givenParts({ KAFKA_BROKERS: 'k:9092' })]).toEqual(['kafka'])
  expect([...givenParts({ DATABASE_URL_FILE: file })]).toEqual(['postgres'])
  expect([...givenParts({ REDIS_ADDR: 'r:6379' })]).toEqual(['redis'])
  expect([...givenParts({ REDIS_URL_FILE: file })]).toEqual(['redis'])
  expect([...givenParts({ KAFKA_BROKERS: ' ', KAFKA_TLS: 'on' })]).toEqual([])
})

test('what was given is read with its secrets, and shown without', () => {
  const env = {
    DATABASE_URL_FILE: file,
    REDIS_URL: 'rediss://:secret@r:6380',
    KAFKA_BROKERS: 'a:1,b:2',
  }
  const { given, problems } = readGiven(env)
  expect(problems).toEqual([])
  expect(given.postgres?.databaseUrl.trim()).toBe('postgres://u:secret@db:5432/pulse')
  expect(given.kafka?.brokers).toEqual(['a:1', 'b:2'])
  expect(JSON.stringify(shownAddresses({}, given))).not.toContain('secret')
  expect(addressOf('postgres://u:secret@db:5432/pulse')).toBe('db:5432/pulse')
})

test('every problem is told, and no secret with it', () => {
  const env = {
    DATABASE_URL: 'mysql://u:secret@db',
    REDIS_URL: 'http://:secret@r',
    KAFKA_BROKERS: 'k:9092',
    KAFKA_SASL_MECHANISM: 'PLAIN',
  }
  const { problems } = readGiven(env)
  expect(problems).toHaveLength(3)
  expect(problems.join()).not.toContain('secret')
})

test('settings of a part that is not given are not read', () => {
  expect(readGiven({ KAFKA_SASL_MECHANISM: 'nonsense' })).toEqual({ given: {}, problems: [] })
})

test('a part of our own is not spoken to with what belongs to another one', () => {
  const env = {
    KAFKA_TLS: 'on',
    KAFKA_SASL_PASSWORD_FILE: file,
    DATABASE_URL: 'postgres://x',
    LOG_LEVEL: 'debug',
  }
  expect(withoutConnectionsOf(['kafka', 'redis'], env)).toEqual({
    DATABASE_URL: 'postgres://x',
    LOG_LEVEL: 'debug',
  })
})
