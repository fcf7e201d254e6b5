/** Runs `bun test` in the foreground, told where the infrastructure is and nothing else about addresses. */
import { spawn } from 'node:child_process'
import { root } from '../bundle.ts'
import { type TestAddresses, testEnvironment, withoutServiceSettings } from './addresses.ts'

/** Tests start servers and processes: Bun's default of 5 s a test is for pure code. */
const defaultTimeout = '--timeout=60000'

/** Resolves with the exit code of the tests, or with the code of the signal that ended them early. */
export async function runBunTest(
  args: readonly string[],
  addresses: TestAddresses,
  interrupted: Promise<number>,
): Promise<number> {
  const timeout = args.some((arg) => arg.startsWith('--timeout')) ? [] : [defaultTimeout]
  const child = spawn(process.execPath, ['test', ...timeout, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...withoutServiceSettings(process.env), ...testEnvironment(addresses) },
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
