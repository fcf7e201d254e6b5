/**
 * How progress looks in a terminal: one line a step, `✓ name  1.4 s  detail`, and on failure the tail of the step's
 * log and one sentence on what to do. Steps may run side by side. On a terminal a live line names what is under way;
 * elsewhere a step that takes long announces itself once.
 */
import { readFileSync } from 'node:fs'

/** A step that could not be done: `message` is what is wrong, `advice` one sentence on what to do, `log` a file. */
export class StepFailure extends Error {
  name = 'StepFailure'
  constructor(message, { log, advice } = {}) {
    super(message)
    this.log = log
    this.advice = advice
  }
}

/** Runs steps and prints their lines to `out`. */
export function makeSteps(out) {
  const paint = painter(out)
  const live = out.isTTY ? new Map() : undefined

  let muted = false
  const redraw = () => {
    if (!live || muted) return
    const names = [...live].map(([name, about]) => (about ? `${name} (${about})` : name))
    out.write(`\r\x1b[2K${names.length > 0 ? paint.dim(`… ${names.join(', ')}`) : ''}`)
  }
  const line = (text) => {
    if (muted) return
    out.write(`${live ? '\r\x1b[2K' : ''}${text}\n`)
    redraw()
  }
  /** Runs `work(note)`; it resolves with the result, or with `{result, detail}` to say something on the line. */
  const run = async (name, work) => {
    const startedAt = performance.now()
    const note = (about) => {
      if (!live) return line(`… ${name}: ${about}`)
      live.set(name, about)
      redraw()
    }
    live?.set(name, '')
    redraw()
    try {
      const { result, detail = '' } = (await work(note)) ?? {}
      live?.delete(name)
      line(`${paint.green('✓')} ${columns(name, startedAt)}${paint.dim(detail)}`.trimEnd())
      return result
    } catch (error) {
      live?.delete(name)
      line(`${paint.red('✗')} ${columns(name, startedAt)}`.trimEnd())
      throw error
    }
  }
  /** Nothing is printed any more: what still runs is being given up. */
  const mute = () => {
    if (live?.size) out.write('\r\x1b[2K')
    muted = true
  }
  return { run, line, mute, paint }
}

/** Prints what failed: the log's tail, what is wrong, and what to do. */
export function reportFailure(out, error) {
  const paint = painter(out)
  const { message, log, advice, stack } = error instanceof Error ? error : { message: `${error}` }
  const known = error instanceof StepFailure
  const shown = log ? tail(log, 12).map((text) => paint.dim(`  │ ${clip(text, 200)}`)) : []
  const said = [...shown, `  ${paint.red(known ? message : (stack ?? message))}`]
  if (advice) said.push(`  ${advice}`)
  if (log) said.push(paint.dim(`  The whole log: ${log}`))
  out.write(`${said.join('\n')}\n`)
}

/** The last `count` lines of a file that are not blank; empty when it cannot be read. */
export function tail(file, count) {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    return lines.filter((text) => text.trim() !== '').slice(-count)
  } catch {
    return []
  }
}

const clip = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text)

function columns(name, startedAt) {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  return `${name.padEnd(11)} ${`${seconds} s`.padStart(8)}   `
}

/** Colours when `out` is a terminal and the user did not ask for none (no-color.org). */
export function painter(out) {
  const colour = out.isTTY && !process.env.NO_COLOR
  const wrap = (code) => (text) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text)
  return { dim: wrap(2), red: wrap(31), green: wrap(32), yellow: wrap(33), bold: wrap(1) }
}
