/**
 * What this machine has to have before anything else makes sense: a Node that the native parts exist for, room on the
 * disk, and a folder that this user may write. What is missing is one sentence and the command to run.
 */
import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs'
import { StepFailure } from './step.mjs'
import { isAtLeast } from './version.mjs'

/** Node versions that uWebSockets.js has binaries for, by process.versions.modules. `engines` in package.json agrees. */
const supported = { 115: '20', 127: '22', 131: '23' }
const leastNode = '20.12.0'
const leastFree = 1024 ** 3

/** Node's version; throws a StepFailure when it cannot run Pulse. */
export function checkNode() {
  refuse(nodeProblem(process.versions.node, process.versions.modules))
  return process.versions.node
}

/** Makes `folder` and throws a StepFailure when there is no room for it, or no right to write there. */
export function checkFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (error) {
    refuse(folderProblem(folder, error.code))
  }
  const { bavail, bsize } = statfsSync(folder)
  refuse(diskProblem(folder, bavail * bsize))
}

function refuse(problem) {
  if (problem) throw new StepFailure(problem.message, { advice: problem.advice })
}

/** Pure. */
export function nodeProblem(version, modules) {
  const advice =
    'Install Node 22 (for example: nvm install 22 && nvm use 22) and run this again; 20.12 or newer of 20, and 23, work too.'
  if (!isAtLeast(version, leastNode)) return { message: `Node ${version} is too old.`, advice }
  if (supported[modules]) return undefined
  return { message: `Node ${version} is not one that uWebSockets.js has a binary for.`, advice }
}

/** Pure. */
export function diskProblem(folder, free) {
  if (free >= leastFree) return undefined
  const mebibytes = Math.floor(free / 1024 ** 2)
  return {
    message: `Only ${mebibytes} MiB are free where ${folder} is; Pulse wants 1 GiB.`,
    advice: 'See `df -h .` and make room; `npm run reset` deletes what Pulse itself keeps.',
  }
}

/** Pure. */
export function folderProblem(folder, code) {
  if (code === 'ENOSPC') return diskProblem(folder, 0)
  return {
    message: `This user may not write in ${folder} (${code}).`,
    advice: `Run: sudo chown -R "$(id -un)" ${folder}`,
  }
}
