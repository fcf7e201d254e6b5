/** Gives the terminal to a Bun command and ends as it ends. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname } from 'node:path'

/**
 * Resolves with the exit code (128 + n after signal n). SIGTERM and SIGHUP are passed on. SIGINT is not: a terminal
 * sends it to the whole group, and this process outlives it so that the child's last lines are seen.
 */
export function handOver(bun, args, settings) {
  const path = bun.includes('/')
    ? `${dirname(bun)}${delimiter}${process.env.PATH}`
    : process.env.PATH
  const env = { ...process.env, ...settings, PATH: path }
  const child = spawn(bun, args, { stdio: 'inherit', env })
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}
