/** Seed 003's demonstration and its producer, as `bun run demo` and `bun run produce` have them, on a Pulse of this test. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bun } from '../bun.ts'
import { root } from '../bundle.ts'
import { demonstrate } from '../demo/demonstrate.ts'
import { openStage } from '../demo/stage.ts'
import { ownPulse } from '../demo/which-pulse.ts'
import { testAddresses } from '../harness/addresses.ts'
import { runCommand } from '../harness/command.ts'
import { type Pulse, readyOf, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'
import { withoutServiceSettings } from '../plain-environment.ts'

let pulse: Pulse
const folder = mkdtempSync(join(tmpdir(), 'pulse-demo-'))
beforeAll(async () => {
  pulse = await startPulse({ admin: true })
}, 60_000)
afterAll(async () => {
  await pulse?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('every check of the demonstration passes, with two processors that share the partitions', async () => {
  const second = await pulse.startProcessor()
  const holds = async () => (await readyOf(second.url)).partitions.length > 0
  await until('the second one has partitions', holds, 30_000)
  const shown: string[] = []
  const stage = openStage({ write: (text) => shown.push(text) }, { paceMs: 0 })
  const own = ownPulse(pulse, testAddresses(), folder)
  const code = await demonstrate({ ...own, processors: [...own.processors, second.url] }, stage)
  expect(stage.outcome.failed).toEqual([])
  expect(code).toBe(0)
  expect(shown.join('')).toContain('re-read, 0 changed')
  expect(shown.join('')).toContain('✓ the metric dlq_entries_total has moved')
  const stock = await until('both adjustments are applied', async () => {
    const [row] = await pulse.sql`
      select quantity::int, adjustments::int from projections.inventory where sku = 'LAPTOP-001'`
    return row?.adjustments >= 2 && row
  })
  expect(stock).toEqual({ quantity: 9, adjustments: 2 })
}, 90_000)

describe('bun run produce', () => {
  const run = async (...args: string[]) => {
    const { runtimeFile } = ownPulse(pulse, testAddresses(), folder)
    return runCommand(['loadgen/produce/main.ts', ...args, '--runtime', runtimeFile])
  }
  const found = (path: string) =>
    until(`${path} is found`, async () => {
      const answer = await fetch(`${pulse.admin?.url}${path}?tenant=tenant_b`)
      return answer.status === 200 && (await answer.json())
    })

  test('sends what its flags say, and tells where to look', async () => {
    const order = ['--user-id', 'u1', '--order-id', 'o1', '--items', 'a:2:1.5,b:1:0.25']
    const { code, out } = await run('place-order', ...order, '--tenant', 'tenant_b', '--json')
    expect(code).toBe(0)
    const { links } = JSON.parse(out)
    expect(links[1]).toBe(`${pulse.admin?.url}/orders/o1?tenant=tenant_b`)
    expect(await found('/orders/o1')).toMatchObject({ userId: 'u1', totalAmount: 3.25 })
    expect((await fetch(links[0])).status).toBe(200)
  })

  test('ends with 1 when an event is not accepted, and with 2 when the command line is wrong', async () => {
    const user = ['--email', 'a@x.org', '--first-name', 'A', '--last-name', 'B']
    const nobody = ['--url', 'http://127.0.0.1:1']
    expect((await run('create-user', ...user, ...nobody)).code).toBe(1)
    expect((await run('create-user', '--email', 'ada')).code).toBe(2)
    expect((await run()).code).toBe(2) // the menu needs a terminal
  })

  test('is a menu in a terminal, which asks again what it cannot take', async () => {
    const { runtimeFile } = ownPulse(pulse, testAddresses(), folder)
    let screen = ''
    const menu = ['loadgen/produce/main.ts', '--runtime', runtimeFile, '--tenant', 'tenant_b']
    const child = Bun.spawn([...bun, ...menu], {
      cwd: root,
      env: { ...withoutServiceSettings(process.env), TERM: 'xterm' },
      terminal: {
        ...{ cols: 120, rows: 40 },
        data(_, bytes) {
          screen += Buffer.from(bytes).toString()
        },
      },
    })
    const answer = async (question: string, keys: string) => {
      await until(`it asks ${question}`, () => screen.includes(question))
      screen = ''
      child.terminal?.write(keys)
    }
    await answer('What happens?', '\r')
    await answer('E-mail address', 'ada\r')
    await answer('must be an e-mail address', '@example.com\r')
    await answer('First name', 'Ada\r')
    await answer('Last name', 'Lovelace\r')
    await answer('User id', '\r')
    // A terminal gives what is written in pieces, and the link comes after the answer.
    const userId = await until('it tells the answer', () => {
      const [, userId] = /accepted as[\s\S]*users\/([0-9a-f-]{36})/.exec(screen) ?? []
      return userId
    })
    await answer('What happens?', '\u0003')
    expect(await child.exited).toBe(0)
    expect(await found(`/users/${userId}`)).toMatchObject({
      email: 'ada@example.com',
      firstName: 'Ada',
      lastName: 'Lovelace',
    })
  }, 60_000)
})
