import { expect, test } from 'bun:test'
import { maskedSummary, readSettings } from '../contracts/env.ts'
import { problemsIn, settings, shareOf } from './settings.ts'

const keys = 'tenant_a:hunter2'

test('every setting has a default that is valid', () => {
  const read = readSettings(settings, {})
  expect(read).toMatchObject({
    ok: true,
    config: {
      apiKeys: [],
      port: 8080,
      eventsPerMinute: 300,
      doneTtlSeconds: 1800,
      maxEventBytes: 256 * 1024,
    },
  })
})

test('the names of the seeds are accepted', () => {
  const read = readSettings(settings, {
    API_KEYS: keys,
    INGEST_PORT: '1',
    KAFKA_BROKERS: 'k:2',
    REDIS_ADDR: 'r:3',
    RATE_LIMIT_PER_MIN: '4',
    IDEMPOTENCY_TTL_SECONDS: '60',
  })
  expect(read).toMatchObject({
    ok: true,
    config: {
      port: 1,
      brokers: ['k:2'],
      redisUrl: 'redis://r:3',
      eventsPerMinute: 4,
      doneTtlSeconds: 60,
    },
  })
})

test('keys and the address of Redis are in no problem and no summary', () => {
  const read = readSettings(settings, { API_KEYS: keys, REDIS_URL: 'redis://:hunter2@r:1' })
  if (read.ok) expect(JSON.stringify(maskedSummary(settings, read.config))).not.toContain('hunter2')
  expect(read.ok).toBe(true)
  const bad = readSettings(settings, { API_KEYS: 'Hunter2', REDIS_URL: 'http://:hunter2@r:1' })
  expect(bad).toMatchObject({ ok: false, problems: [expect.any(String), expect.any(String)] })
  expect(JSON.stringify(bad)).not.toMatch(/hunter2/i)
})

test('workers share what may be under way, and each has room for a batch', () => {
  const read = (env: Record<string, string>) => {
    const found = readSettings(settings, { API_KEYS: keys, ...env })
    if (!found.ok) throw new Error(found.problems.join())
    return found.config
  }
  const four = read({ INGEST_WORKERS: '4', MAX_IN_FLIGHT: '10' })
  expect(shareOf(four)).toEqual({ maxInFlight: 2, maxInFlightBytes: 32 * 1024 * 1024 })
  expect(problemsIn(four)).toEqual([])
  expect(problemsIn(read({ INGEST_WORKERS: '5' }))).toEqual([
    expect.stringContaining('MAX_IN_FLIGHT_BYTES'),
  ])
  expect(problemsIn(read({ INGEST_WORKERS: '2', MAX_IN_FLIGHT: '1' }))).toEqual([
    expect.stringContaining('MAX_IN_FLIGHT must'),
  ])
})
