/** Test runs that were killed before they could clean up: their processes are ended and their directories removed. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeCluster } from '../native/postgres-cluster.ts'
import { processIdentity } from '../process-identity.ts'
import { endLeftovers } from '../start/children.ts'
import { judge, type Owner } from '../start/lock.ts'

export const prefix = 'pulse-test-'

export async function removeAbandoned(folder = tmpdir()): Promise<void> {
  for (const name of readdirSync(folder).filter((name) => name.startsWith(prefix))) {
    const dir = join(folder, name)
    const owner = ownerOf(dir)
    if (judge(owner, owner && processIdentity(owner.pid)) !== 'stale') continue
    await endLeftovers(join(dir, 'children.json'))
    removeCluster(join(dir, 'postgres'))
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Undefined when it is not ours to read, or is just being made. */
function ownerOf(dir: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'owner.lock'), 'utf8'))
  } catch {
    return undefined
  }
}
