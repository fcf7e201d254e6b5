/** What `bun run chaos` does, for faults that are over quickly: one that Pulse survives, and what has to be found. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testAddresses } from '../harness/addresses.ts'
import { until } from '../harness/until.ts'
import type { Fault } from './fault.ts'
import { processorKilled } from './faults/processor-killed.ts'
import { type Pulse, startPulse } from './pulse.ts'
import { runFault } from './run.ts'
import type { Stores } from './stores.ts'
import { makeUndo } from './undo.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-chaos-'))
const stores = storesOfTests()
const sending = { mode: 'single', rate: 100, secondsBefore: 1, secondsAfter: 1 } as const

/** Takes a stored event of the load away, as no code of Pulse's ever does. */
const eventLost: Fault = {
  name: 'event-lost',
  about: 'an event that was accepted is gone',
  holdMs: 0,
  async apply({ sql }) {
    const began = new Date()
    await until('an event of this load is gone', async () => {
      const gone = await sql`
        delete from events
         where id in (select id from events where tenant_id = 'tenant_load' and received_at > ${began} limit 1)`
      return gone.count === 1
    })
  },
  heal: async () => {},
}

/** Its `apply` fails behind something that it has done. */
const notApplied: Fault = {
  ...eventLost,
  name: 'not-applied',
  async apply({ undo }) {
    undo.add(() => undone.push('not-applied'))
    throw new Error('no disk')
  },
}

/** Its `heal` fails while the recovery is being measured. */
const notHealed: Fault = {
  ...eventLost,
  name: 'not-healed',
  recoversFrom: 'heal',
  apply: async () => {},
  heal: () => Promise.reject(new Error('no port')),
}

const undone: string[] = []
const kept: string[] = []
/** One for all of them: to start one takes longer than a fault. */
let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse(stores, {})
}, 60_000)
afterAll(async () => {
  await pulse?.stop()
  rmSync(dir, { recursive: true, force: true })
}, 30_000)

const run = (fault: Fault) =>
  runFault(
    fault,
    {
      stores,
      startPulse: async () => ({ ...pulse, stop: async () => {} }),
      undo: makeUndo(),
      keepLogs: () => kept.push(fault.name),
    },
    sending,
  )

test('a processor that is killed under load is survived', async () => {
  const { problems, measured } = await run({ ...processorKilled, holdMs: 500 })
  expect(problems).toEqual([])
  expect(measured?.load.audit).toMatchObject({ is: 'done', clean: true })
  expect(measured?.recoverySeconds).toBeGreaterThan(0)
}, 90_000)

/** Behind a load that went to its end: of one that was killed an event may still come, and be taken for one of this. */
test('an event that is lost is found, by the audit and by the counts, and the logs are kept', async () => {
  expect((await run(eventLost)).problems).toEqual(['1 lost', 'the counts do not close'])
  expect(kept).toEqual(['event-lost'])
}, 90_000)

test('a fault that cannot be applied or healed is told, and ends nothing but itself', async () => {
  expect((await run(notApplied)).problems).toEqual(['could not be run: no disk'])
  expect(undone).toEqual(['not-applied'])
  expect((await run(notHealed)).problems).toEqual(['could not be run: no port'])
  expect(kept).toEqual(['event-lost', 'not-applied', 'not-healed'])
}, 90_000)

/** Kafka, Postgres and Redis are those of the test run, which no fault here touches. */
function storesOfTests(): Stores {
  const { kafka, postgres, redis } = testAddresses()
  const urls = { kafka, postgres, redis }
  const untouched = () => {
    throw new Error('a store of the test run is nothing to break')
  }
  return {
    dir,
    ports: { kafka: 0, postgres: 0, redis: 0 },
    process: (part) => ({ url: urls[part], kill: untouched, ended: new Promise(() => {}) }),
    start: untouched,
    forget: untouched,
    restore: async () => {},
  }
}
