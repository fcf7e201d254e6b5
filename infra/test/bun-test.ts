/** Runs `bun test` in the foreground, told where the infrastructure is and nothing else about addresses. */
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { bun } from '../bun.ts'
import { root } from '../bundle.ts'
import { endsWithParent } from '../launch.ts'
import { withoutServiceSettings } from '../plain-environment.ts'
import { type TestAddresses, testEnvironment } from './addresses.ts'

/** Tests start servers and processes: Bun's default of 5 s a test is for pure code. */
const defaultTimeout = '--timeout=60000'

/** Most tests wait for a process that starts or dies: two files at a time, also on two cores. */
const defaultParallel = '--parallel=2'

/**
 * Resolves with the exit code of the tests, or with the code of the signal that ended them early. What tests leave in
 * `temporary` is the caller's to remove.
 */
export async function runBunTest(
  args: readonly string[],
  addresses: TestAddresses,
  interrupted: Promise<number>,
  temporary = tmpdir(),
): Promise<number> {
  const defaults = [defaultTimeout, defaultParallel].filter(
    (flag) => !args.some((arg) => arg.split('=')[0] === flag.split('=')[0]),
  )
  const command = endsWithParent([...bun, 'test', ...defaults, ...args], 'SIGTERM')
  const child = spawn(command[0], command.slice(1), {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...withoutServiceSettings(process.env),
      ...testEnvironment(addresses),
      TMPDIR: temporary,
    },
  })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
  const code = await Promise.race([ended, interrupted])
  child.kill('SIGTERM')
  const insist = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(insist)
  return code
}
