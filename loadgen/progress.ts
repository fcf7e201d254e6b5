/**
 * How a run is going: one line that is rewritten in a terminal, a plain line every five seconds elsewhere. Standard
 * output stays free for the summary.
 */
import type { Counts } from './tally.ts'

export type State = {
  readonly elapsedMs: number
  readonly totalMs: number
  readonly counts: Counts
  /** Counts one interval ago. */
  readonly before: Counts
  readonly intervalMs: number
  readonly p50: number
  readonly p99: number
  readonly open: number
  /** Whether requests have several events. */
  readonly isBatched: boolean
}

/** For example ` 42 %  18 s left   201/s   ok 8,012  dup 801 …  p50 3.1 ms  p99 9.8 ms`. Pure. */
export function progressLine(state: State): string {
  const { counts, before, elapsedMs, totalMs } = state
  const perSecond = (name: 'events' | 'requests') =>
    Math.round((1000 * (counts[name] - before[name])) / Math.max(1, state.intervalMs))
  const percent = Math.min(100, Math.floor((100 * elapsedMs) / totalMs))
  const left = Math.max(0, Math.ceil((totalMs - elapsedMs) / 1000))
  const named = [
    ['ok', counts.success],
    ['dup', counts.duplicate],
    ['conflict', counts.conflict],
    ['invalid', counts.invalid],
    ['limited', counts['rate-limited']],
    ['failed', counts.failed],
    ['retried', counts.retried],
    ['late', counts.late],
    ['dropped', counts.dropped],
  ] as const
  const shown = named.filter(([name, value]) => value > 0 || name === 'ok')
  const verdicts = shown.map(([name, value]) => `${name} ${value.toLocaleString('en')}`)
  return [
    `${String(percent).padStart(3)} %  ${left} s left`,
    `${perSecond('events').toLocaleString('en')}/s`,
    ...(state.isBatched ? [`in ${perSecond('requests').toLocaleString('en')} requests`] : []),
    ...verdicts,
    `p50 ${shownMs(state.p50)}`,
    `p99 ${shownMs(state.p99)}`,
    `${state.open} open`,
  ].join('  ')
}

/** Milliseconds with three digits that count. */
export const shownMs = (ms: number): string =>
  `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`

export type Screen = {
  readonly isTerminal: boolean
  /** Replaces the line of progress. */
  progress(line: string): void
  /** Writes a line that stays. */
  say(line: string): void
  /** Removes the line of progress. */
  clear(): void
}

export function makeScreen(out: NodeJS.WriteStream): Screen {
  const isTerminal = out.isTTY === true
  const erase = isTerminal ? '\r\x1b[K' : ''
  return {
    isTerminal,
    progress: (line) =>
      void out.write(isTerminal ? erase + line.slice(0, (out.columns || 100) - 1) : `${line}\n`),
    say: (line) => void out.write(`${erase}${line}\n`),
    clear: () => void out.write(erase),
  }
}
