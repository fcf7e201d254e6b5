import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { runCommand } from '../harness/command.ts'
import { choosePort } from '../ports.ts'
import { processIdentity } from '../process-identity.ts'
import { claimedIfFree } from './port-claims.ts'

const folder = mkdtempSync(join(tmpdir(), 'pulse-claims-'))
afterAll(() => rmSync(folder, { recursive: true }))

const free = async () => true
const choose = () => choosePort(5432, new Set(), claimedIfFree(free, folder))

test('a start that chooses at the same moment gets the next port', async () => {
  const rival = Bun.spawn(['sleep', '60'])
  const claim = { pid: rival.pid, identity: processIdentity(rival.pid) }
  writeFileSync(join(folder, '5432'), JSON.stringify(claim))
  expect(await choose()).toBe(5433)
  rival.kill()
  await rival.exited
  expect(await choose()).toBe(5432)
})

test('a port that a test was given is given to no other process, also while nobody listens there', async () => {
  const port = await freePort()
  const freePortTs = join(import.meta.dir, '..', 'free-port.ts')
  const rival = `import { freePort } from '${freePortTs}'; console.log(await freePort(${port}))`
  const { out, err } = await runCommand(['-e', rival])
  expect(err).toBe('')
  expect(Number(out)).toBeWithin(port + 1, port + 200)
})
