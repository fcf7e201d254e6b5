/** Finds Bun on PATH or in `.pulse/tools`, or installs it there from npm. Nothing outside the clone changes. */
import { join } from 'node:path'
import { answerOf, runLogged } from './run.mjs'
import { StepFailure } from './step.mjs'
import { isAtLeast } from './version.mjs'

export const leastBun = '1.4.5'

/** Resolves with `{path, version}` of a Bun that is new enough. */
export async function readyBun({ root, logs }, note) {
  const found = findBun(root)
  if (found) return found
  const tools = toolsFolder(root)
  note(`installing Bun ${leastBun} from npm`)
  const log = join(logs, 'bun.log')
  const args = ['install', '--prefix', tools, '--no-audit', '--no-fund', `bun@${leastBun}`]
  await runLogged('npm', args, { log, advice: 'Check that npm reaches its registry.' })
  const installed = findBun(root)
  if (installed) return installed
  throw new StepFailure('Bun was installed, but does not run.', {
    log,
    advice: `Install Bun ${leastBun} yourself and put it on PATH.`,
  })
}

/** A Bun that is new enough, on PATH or in the clone; undefined when there is none. */
export function findBun(root) {
  return usable('bun') ?? usable(join(toolsFolder(root), 'node_modules', '.bin', 'bun'))
}

const toolsFolder = (root) => join(root, '.pulse', 'tools')

function usable(path) {
  const version = answerOf(path, ['--version'])
  return version && isAtLeast(version, leastBun) ? { path, version } : undefined
}
