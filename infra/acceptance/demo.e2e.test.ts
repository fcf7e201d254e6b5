/** Seed 003's demonstration, as `bun run demo` shows it, on a Pulse of this test. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownPulse } from '../demo/demo.ts'
import { demonstrate } from '../demo/demonstrate.ts'
import { openStage } from '../demo/stage.ts'
import { testAddresses } from '../harness/addresses.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'

let pulse: Pulse
const folder = mkdtempSync(join(tmpdir(), 'pulse-demo-'))
beforeAll(async () => {
  pulse = await startPulse({ admin: true })
}, 60_000)
afterAll(async () => {
  await pulse?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('every check of the demonstration passes', async () => {
  let shown = ''
  const stage = openStage({ write: (text) => void (shown += text) }, { paceMs: 0 })
  const code = await demonstrate(ownPulse(pulse, testAddresses(), folder), stage)
  expect(stage.outcome.failed).toEqual([])
  expect(code).toBe(0)
  expect(shown).toContain('re-read, 0 changed')
  expect(shown).toContain('✓ the metric dlq_entries_total has moved')
  const [stock] = await pulse.sql`
    select quantity::int, adjustments::int from projections.inventory where sku = 'LAPTOP-001'`
  expect(stock).toEqual({ quantity: 9, adjustments: 2 })
}, 90_000)
