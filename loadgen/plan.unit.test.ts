import { describe, expect, test } from 'bun:test'
import { readFlags } from './flags.ts'
import { planOf } from './plan.ts'
import type { Runtime } from './runtime.ts'
import { readScenario, scenarioNames } from './scenario.ts'

const runtime: Runtime = {
  ingest: 'http://127.0.0.1:8080',
  admin: 'http://127.0.0.1:8081',
  postgres: 'postgres://p',
  tenants: { tenant_a: 'key_a', tenant_load: 'key_load' },
}

function planned(args: string, given: { runtime?: Runtime | undefined; scenario?: string } = {}) {
  const read = readFlags(args.split(' ').filter(Boolean))
  if (!read.ok) throw new Error(read.problems.join('\n'))
  const scenario = given.scenario === undefined ? undefined : readScenario(given.scenario)
  return planOf(read.flags, scenario, 'runtime' in given ? given.runtime : runtime)
}
const plan = (...given: Parameters<typeof planned>) => {
  const found = planned(...given)
  if (!found.ok) throw new Error(found.problems.join('\n'))
  return found.plan
}
const problems = (...given: Parameters<typeof planned>) => {
  const found = planned(...given)
  return found.ok ? [] : found.problems
}

describe('without flags', () => {
  test('the tenant without a quota sends to what is running, and is audited', () => {
    expect(plan('')).toMatchObject({
      target: { host: '127.0.0.1', port: 8080, path: '/events' },
      tenants: [{ name: 'tenant_load', apiKey: 'key_load' }],
      stages: [{ seconds: 60, rps: 100 }],
      rates: { duplicate: 0, conflict: 0, bad: 0 },
      audit: { is: 'on', admin: 'http://127.0.0.1:8081', postgres: 'postgres://p' },
    })
  })

  test('and without a running Pulse no key is known', () => {
    expect(problems('', { runtime: undefined })[0]).toContain('No API key is known')
  })
})

test.each([
  ['http://localhost:9000', { host: '127.0.0.1', port: 9000, path: '/events' }],
  ['http://pulse.internal', { host: 'pulse.internal', port: 80, path: '/events' }],
  ['http://127.0.0.1:1/other', { host: '127.0.0.1', port: 1, path: '/other' }],
])('%s is where it says', (url, target) => {
  expect(plan(`--url ${url}`).target).toEqual(target)
})

describe('a mode', () => {
  test('is single unless it is named, or a batch size is', () => {
    expect(plan('')).toMatchObject({ mode: 'single', batchSize: 1 })
    expect(plan('--batch-size 7')).toMatchObject({ mode: 'batch', batchSize: 7 })
    expect(plan('--mode batch')).toMatchObject({ mode: 'batch', batchSize: 100 })
    expect(plan('--mode ndjson --batch-size 7')).toMatchObject({ mode: 'ndjson', batchSize: 7 })
  })

  test('has its path behind the one that is given', () => {
    const path = (url: string) => plan(`--mode ndjson --url ${url}`).target.path
    expect(path('http://h')).toBe('/events/batch')
    expect(path('http://h/events')).toBe('/events/batch')
    expect(path('http://h/v1/events/batch')).toBe('/v1/events/batch')
  })

  test('in which events go alone has no batch size', () => {
    expect(problems('--mode single --batch-size 7')).toEqual([
      '--batch-size: in --mode single there is one event a request',
    ])
  })

  test('leaves the audit on', () => {
    expect(plan('--mode batch').audit.is).toBe('on')
  })
})

describe('tenants', () => {
  test('send with the keys that are known, or given', () => {
    expect(plan('--tenants tenant_a,acme --api-key acme=k1').tenants).toEqual([
      { name: 'tenant_a', apiKey: 'key_a' },
      { name: 'acme', apiKey: 'k1' },
    ])
  })

  test('are those whose keys are given, when none are named', () => {
    expect(plan('--api-key acme=k1').tenants).toEqual([{ name: 'acme', apiKey: 'k1' }])
  })

  test('whose key is not known are named with those that are', () => {
    expect(problems('--tenants tenant_x')[0]).toContain('known are: tenant_a, tenant_load')
  })
})

describe('the audit', () => {
  test('is off when the load goes to another server, and says so', () => {
    expect(plan('--url http://127.0.0.1:8079').audit).toEqual({
      is: 'off',
      why: expect.stringContaining('the load goes elsewhere'),
    })
    expect(plan('--url http://localhost:8080/events').audit.is).toBe('on')
  })

  test('is off when nothing that could be asked is known, or nobody wants it', () => {
    expect(plan('--api-key a=k', { runtime: undefined }).audit.is).toBe('off')
    expect(plan('--no-audit').audit).toEqual({ is: 'off', why: '--no-audit' })
  })

  test('has to be on for a condition on what it finds', () => {
    expect(problems('--no-audit --assert lost=0')).toEqual([
      '--assert lost=0 needs the audit, and there is none: --no-audit',
    ])
  })
})

describe('a scenario', () => {
  test.each(scenarioNames())('%s is one', (name) => {
    expect(plan('', { scenario: name }).stages.length).toBeGreaterThan(0)
  })

  test('gives the load, and flags override it', () => {
    const { stages, rates } = plan('--rps 50 --minutes 0.5 --bad-rate 0', { scenario: 'spike' })
    expect(stages).toEqual([
      { seconds: 12, rps: 50 },
      { seconds: 6, rps: 500 },
      { seconds: 12, rps: 50 },
    ])
    expect(rates).toEqual({ duplicate: 0.1, conflict: 0.01, bad: 0 })
  })

  test('of no such name is none', () => {
    expect(readScenario('../package')).toBeUndefined()
  })
})

test('shares that add up to more than all are refused', () => {
  expect(problems('--duplicate-rate 0.6 --bad-rate 0.5')).toHaveLength(1)
})
