/**
 * Installs missing Debian packages when it may (root, apt-get), and otherwise names the one command to run.
 * No daemon starts because of it.
 */
import { whileDaemonsStayDown } from './daemons-down.mjs'
import { answerOf, runLogged, which } from './run.mjs'
import { StepFailure } from './step.mjs'

/** The packages of `names` that dpkg does not have. */
export function missingPackages(names) {
  const installed = 'Status: install ok installed'
  return names.filter((name) => !answerOf('dpkg-query', ['-s', name])?.includes(installed))
}

/** Installs packages, `log` gets apt's output; throws a StepFailure with the command when it may not. */
export async function installPackages(names, { log }) {
  if (names.length === 0) return
  const install = ['install', '-y', '--no-install-recommends', ...names]
  if (!which('apt-get') || process.getuid?.() !== 0) {
    throw new StepFailure(`Missing from this system: ${names.join(' ')}.`, {
      advice: adviceFor(names, ['apt-get', 'brew'].find(which)),
    })
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  const advice = 'Check that apt-get reaches its package sources.'
  await whileDaemonsStayDown(async (interrupted) => {
    await runLogged('apt-get', [...wait, 'update'], { log, env, advice, interrupted })
    await runLogged('apt-get', [...wait, ...install], { log, env, advice, interrupted })
  })
}

/** Homebrew's names where they are not Debian's. */
const brewed = {
  postgresql: 'postgresql@16',
  'redis-server': 'redis',
  'default-jre-headless': 'openjdk@17',
}

/** The command that installs `names` by hand; `manager` is what this system has. Pure. */
export function adviceFor(names, manager) {
  if (manager === 'apt-get')
    return `Run: sudo apt-get install -y --no-install-recommends ${names.join(' ')}`
  if (manager !== 'brew') return `Install what Debian calls: ${names.join(' ')}`
  const install = `brew install ${names.map((name) => brewed[name] ?? name).join(' ')}`
  // Homebrew does not put this one on PATH: macOS has a java of its own there.
  const java = ' && export PATH="$(brew --prefix openjdk@17)/bin:$PATH"'
  return `Run: ${install}${names.includes('default-jre-headless') ? java : ''}`
}
