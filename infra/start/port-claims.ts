/**
 * Two starts of different clones at the same moment would find the same port free, and so would two test files. So a port
 * that is chosen is claimed in a folder that all processes of a user share, for as long as the one that chose it lives. Its
 * file stays until the port is claimed again.
 */
import { accessSync, constants, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { IsFree } from '../ports.ts'
import { claimLock } from './lock.ts'

/** Asks as `isFree` does, and claims each port that is free: no other process gets it, nor this one again. */
export function claimedIfFree(
  isFree: IsFree,
  folder = join(tmpdir(), `pulse-ports-${userInfo().uid}`),
): IsFree {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
  } catch {
    // Somebody else's folder of that name: a claim is a courtesy, not a condition.
    return isFree
  }
  return async (port) => (await isFree(port)) && isClaimable(join(folder, String(port)))
}

function isClaimable(file: string): boolean {
  try {
    return claimLock(file).ok
  } catch {
    // A claim that nobody can take over: as above.
    return true
  }
}
