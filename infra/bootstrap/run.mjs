/** Runs installers: their output goes to a log file, and a failure carries that log. */
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { StepFailure } from './step.mjs'

/**
 * Runs a command to its end with its output appended to `log`; rejects with a StepFailure unless it exits 0. With an
 * AbortSignal `interrupted` it has a process group of its own, and all of that is ended once the signal is aborted.
 */
export function runLogged(command, args, { log, cwd, env, advice, interrupted }) {
  return new Promise((resolve, reject) => {
    if (interrupted?.aborted) return reject(new StepFailure(`${command} was interrupted.`))
    const file = openSync(log, 'a')
    const detached = interrupted !== undefined
    const child = spawn(command, args, { cwd, env, detached, stdio: ['ignore', file, file] })
    closeSync(file)
    const end = () => endGroup(child.pid)
    interrupted?.addEventListener('abort', end)
    child.on('exit', () => interrupted?.removeEventListener('abort', end))
    const failed = (how) => reject(new StepFailure(`${command} ${how}.`, { log, advice }))
    child.on('error', (error) => failed(`could not be started: ${error.message}`))
    child.on('exit', (code, signal) =>
      code === 0
        ? resolve()
        : failed(signal ? `was ended by ${signal}` : `ended with exit code ${code}`),
    )
  })
}

function endGroup(pid) {
  try {
    if (pid) process.kill(-pid, 'SIGTERM')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** What a command prints on standard output, trimmed; undefined unless it exits 0. */
export function answerOf(command, args, options = {}) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', ...options })
  return status === 0 ? stdout.trim() : undefined
}

/** The full path of a program on PATH, or undefined. */
export function which(program) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, program)).find(isExecutable)
}

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
