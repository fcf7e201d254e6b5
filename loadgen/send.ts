/**
 * Sends what is due: every arrival at its intended instant, whatever became of the ones before. What finds no free
 * connection goes late, and what has waited `dropAfterMs` is dropped; both are counted, none is skipped. Arrivals are
 * taken from the schedule only when they are sent or dropped, so that nothing queues up here.
 * Bounds: one event a connection; repeats wait in memory, at most as long as `judge` allows.
 */
import { type Asked, type End, failed, judge } from './answers.ts'
import type { Arrivals } from './arrivals.ts'
import type { Connections } from './http/connections.ts'
import type { Answer } from './http/response.ts'
import type { Chosen } from './mix.ts'
import { makeRetryQueue } from './retry-queue.ts'

/** An event on its way. Times are milliseconds from the start of the run. */
export type Sending = Chosen & {
  readonly intendedMs: number
  attempt: number
  sentMs: number
  request: Buffer
  bodyHash: number
}

export type Observer = {
  /** After each attempt: what was sent, and what was answered (undefined: nothing). */
  attempted(sending: Sending, answer: Answer | undefined, nowMs: number): void
  /** Once for each event, with what became of it. */
  ended(sending: Sending, end: End, nowMs: number): void
  /** An event that was never sent: it waited too long. */
  dropped(intendedMs: number, chosen: Chosen, nowMs: number): void
}

type Deps = {
  readonly arrivals: Arrivals
  readonly choose: () => Chosen
  /** The bytes of the request, and a hash of its body. */
  readonly compose: (chosen: Chosen) => { readonly request: Buffer; readonly bodyHash: number }
  readonly connections: Pick<Connections, 'send'>
  readonly observer: Observer
  readonly random: () => number
  /** Milliseconds from the start of the run. */
  readonly now: () => number
}

export type Sender = {
  /** Sends what is due and can be sent. */
  pump(): void
  /** When to pump again if nothing happens before; Infinity when only answers are awaited. */
  nextDue(): number
  /** Events sent and not ended: under way, or waiting to be repeated. */
  open(): number
  /** No more arrivals. */
  stop(): void
  /** What waits to be repeated ends as failed. */
  giveUp(): void
  /** Whether every arrival has been sent or dropped. */
  scheduleOver(): boolean
  /** Whether every arrival has been sent or dropped, and has ended. */
  done(): boolean
}

export function makeSender(deps: Deps, config: { readonly dropAfterMs: number }): Sender {
  const { arrivals, connections, observer } = deps
  const repeats = makeRetryQueue<Sending>()
  let underWay = 0
  let stopped = false
  let waiting: Sending | undefined

  const nextArrival = (): number => (stopped ? Number.POSITIVE_INFINITY : arrivals.next())

  const scheduleOver = (): boolean =>
    nextArrival() === Number.POSITIVE_INFINITY && waiting?.attempt !== 1

  const onAnswer = (sending: Sending, answer: Answer | undefined): void => {
    underWay--
    const now = deps.now()
    observer.attempted(sending, answer, now)
    const judged = judge(asked(sending), answer, deps.random)
    if (judged.is === 'final') {
      observer.ended(sending, judged, now)
      return
    }
    sending.attempt++
    repeats.add(now + judged.afterMs, sending)
  }

  const trySend = (sending: Sending, now: number): boolean => {
    const sent = connections.send(sending.request, (answer) => onAnswer(sending, answer))
    if (!sent) return false
    sending.sentMs = now
    underWay++
    return true
  }

  /** Whether there may be more to send. */
  const sendNext = (now: number): boolean => {
    if (waiting === undefined && repeats.next() <= now) waiting = repeats.take()
    if (waiting === undefined) {
      const intendedMs = nextArrival()
      if (intendedMs > now) return false
      arrivals.advance()
      waiting = { ...deps.choose(), intendedMs, attempt: 1, sentMs: 0, ...nothing }
    }
    if (waiting.attempt === 1 && now - waiting.intendedMs > config.dropAfterMs) {
      observer.dropped(waiting.intendedMs, waiting, now)
      waiting = undefined
      return true
    }
    if (waiting.request === nothing.request) Object.assign(waiting, deps.compose(waiting))
    if (!trySend(waiting, now)) return false
    waiting = undefined
    return true
  }

  return {
    pump() {
      const now = deps.now()
      while (sendNext(now)) {}
    },
    nextDue: () => Math.min(repeats.next(), nextArrival()),
    open: () => underWay + repeats.size() + (waiting === undefined ? 0 : 1),
    stop() {
      stopped = true
      if (waiting?.attempt === 1) {
        observer.dropped(waiting.intendedMs, waiting, deps.now())
        waiting = undefined
      }
    },
    giveUp() {
      const now = deps.now()
      for (let each = waiting ?? repeats.take(); each; each = repeats.take())
        observer.ended(each, failed, now)
      waiting = undefined
    },
    scheduleOver,
    done: () => scheduleOver() && waiting === undefined && underWay + repeats.size() === 0,
  }
}

const nothing = { request: Buffer.alloc(0), bodyHash: 0 }

const asked = ({ purpose, kind, attempt }: Sending): Asked => ({ purpose, kind, attempt })
