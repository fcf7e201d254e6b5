/** Test runs that were killed before they could clean up: their processes are ended and their directories removed. */
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeCluster } from '../native/postgres-cluster.ts'
import { processIdentity } from '../process-identity.ts'
import { endLeftovers } from '../start/children.ts'
import { judge, type Owner } from '../start/lock.ts'

export const prefix = 'pulse-test-'

/**
 * The system's temporary folder is everybody's: what another user left there, or a link, names nothing that this user
 * ends or deletes. A run that cannot be removed stays, and stops nobody.
 */
export async function removeAbandoned(folder = tmpdir()): Promise<void> {
  for (const name of readdirSync(folder).filter((name) => name.startsWith(prefix))) {
    const dir = join(folder, name)
    try {
      if (isOwnFolder(dir)) await removeIfAbandoned(dir)
    } catch (error) {
      process.stderr.write(`${dir} stays: ${error instanceof Error ? error.message : error}\n`)
    }
  }
}

function isOwnFolder(dir: string): boolean {
  const found = lstatSync(dir)
  return found.isDirectory() && found.uid === process.getuid?.()
}

async function removeIfAbandoned(dir: string): Promise<void> {
  const owner = ownerOf(dir)
  if (judge(owner, owner && processIdentity(owner.pid)) !== 'stale') return
  await endLeftovers(join(dir, 'children.json'))
  removeCluster(join(dir, 'postgres'))
  rmSync(dir, { recursive: true, force: true })
}

/** Undefined when it is not ours to read, or is just being made. */
function ownerOf(dir: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'owner.lock'), 'utf8'))
  } catch {
    return undefined
  }
}
