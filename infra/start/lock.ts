/**
 * One running start in a clone: a file names its process. A lock whose owner is gone is taken over. Two starts at the
 * same moment: the file appears exclusively and with its whole content, so one of them gets it.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { StepFailure } from '../bootstrap/step.mjs'
import { processIdentity } from '../process-identity.ts'

/** What a process holds a clone's lock for. */
export type Verb = 'start' | 'reset'
export type Owner = { readonly pid: number; readonly identity: string; readonly verb?: Verb }
export type Verdict = 'free' | 'held' | 'stale'

/** What a lock file's content means, given who its process id belongs to now. */
export function judge(owner: Owner | undefined, identityNow: string | undefined): Verdict {
  if (!owner) return 'free'
  return owner.identity === identityNow ? 'held' : 'stale'
}

export type Claimed =
  | { readonly ok: true; release(): void }
  | { readonly ok: false; readonly owner: Owner }

/** Takes the lock for this process, or tells who has it. Throws a StepFailure when it can't be written. */
export function claimLock(file: string, verb: Verb = 'start'): Claimed {
  const identity = processIdentity(process.pid) ?? 'unknown'
  const me: Owner = { pid: process.pid, identity, verb }
  for (;;) {
    if (create(file, me)) return { ok: true, release: () => rmSync(file, { force: true }) }
    const owner = read(file)
    const verdict = judge(owner, owner && processIdentity(owner.pid))
    if (verdict === 'held' && owner) return { ok: false, owner }
    if (verdict === 'stale') setAside(file, owner)
  }
}

/** Who holds the lock now; undefined when nobody does. */
export function lockOwner(file: string): Owner | undefined {
  const owner = read(file)
  return judge(owner, owner && processIdentity(owner.pid)) === 'held' ? owner : undefined
}

function create(file: string, owner: Owner): boolean {
  const draft = `${file}.${crypto.randomUUID()}`
  try {
    writeFileSync(draft, JSON.stringify(owner), { flag: 'wx' })
    linkSync(draft, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw new StepFailure(`The lock ${file} cannot be written (${codeOf(error)}).`)
  } finally {
    rmSync(draft, { force: true })
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

function read(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    // Torn when the machine went down: nobody can be named, so it counts as left by a process that is gone.
    return { pid: 0, identity: 'unreadable' }
  }
}

/** Renames before it removes: when somebody else took the lock in between, theirs goes back. */
function setAside(file: string, judged: Owner | undefined): void {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw new StepFailure(
      `The lock ${file} was left by a process that is gone, and cannot be removed (${codeOf(error)}).`,
      { advice: `Run: sudo rm ${file}` },
    )
  }
  const moved = read(aside)
  if (moved?.identity === judged?.identity) rmSync(aside, { force: true })
  else renameSync(aside, file)
}
