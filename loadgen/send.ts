/**
 * Sends what is due: every arrival at its intended instant, whatever became of the ones before; where several events go
 * in one request, when its last one is due. What finds no free connection goes late, and what has waited `dropAfterMs`
 * is dropped; both are counted, none is skipped. Arrivals are taken from the schedule only when they are sent, packed
 * or dropped, so that nothing queues up here.
 * Bounds: one request a connection and those that `packing` holds; repeats wait in memory, as long as `judge` allows.
 */
import { type End, failed, judge } from './answers.ts'
import type { Arrivals } from './arrivals.ts'
import type { Connections, Request } from './http/connections.ts'
import type { Chosen } from './mix.ts'
import type { Reading } from './modes/mode.ts'
import { type Packing, type Parcel, parcelOf, type Sending } from './packing.ts'
import { makeRetryQueue } from './retry-queue.ts'
import type { Told } from './told.ts'

export type Observer = {
  /** Once for each request. `wrong`: what in its answer contradicts itself. */
  answered(parcel: Parcel, isAnswered: boolean, wrong: string | undefined, nowMs: number): void
  /** After each attempt of an event: what was told of it (undefined: nothing). */
  attempted(sending: Sending, parcel: Parcel, told: Told | undefined, nowMs: number): void
  /** Once for each event that was sent, with what became of it. */
  ended(sending: Sending, end: End, nowMs: number): void
  /** An event that was never sent: it waited too long. */
  dropped(sending: Sending, nowMs: number): void
}

type Deps = {
  readonly arrivals: Arrivals
  readonly choose: () => Chosen
  readonly packing: Packing
  /** The bytes of the request, until it is called again. Sets the hash of each event's body. */
  readonly compose: (parcel: Parcel) => Request
  readonly connections: Pick<Connections<Parcel>, 'free' | 'send'>
  readonly observer: Observer
  readonly random: () => number
  /** Milliseconds from the start of the run. */
  readonly now: () => number
}

export type Sender = {
  /** Sends what is due and can be sent. */
  pump(now: number): void
  /** To be told of the end of each request, and what its answer says; undefined when no answer came. */
  onAnswer(parcel: Parcel, reading: Reading | undefined, now: number): void
  /** When to pump again if nothing happens before; Infinity when only answers are awaited. */
  nextDue(): number
  /** Events taken from the schedule and not ended: under way, or waiting for others or to be repeated. */
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
  const { arrivals, connections, observer, packing } = deps
  const repeats = makeRetryQueue<Sending>()
  let underWay = 0
  let stopped = false
  /** Due, and without a connection. */
  let waiting: Parcel | undefined

  const nextArrival = (): number => (stopped ? Number.POSITIVE_INFINITY : arrivals.next())

  const scheduleOver = (): boolean =>
    nextArrival() === Number.POSITIVE_INFINITY &&
    packing.size() === 0 &&
    (waiting === undefined || waiting.isRepeat)

  const nextParcel = (now: number): Parcel | undefined => {
    if (repeats.next() <= now) return takeRepeats(now)
    for (let dueMs = nextArrival(); dueMs <= now; dueMs = nextArrival()) {
      arrivals.advance()
      const parcel = packing.add(newSending(deps.choose(), dueMs))
      if (parcel !== undefined) return parcel
    }
    return nextArrival() === Number.POSITIVE_INFINITY ? packing.rest() : undefined
  }

  /** What is to be repeated goes together as far as it can, and waits for nothing else. */
  const takeRepeats = (now: number): Parcel | undefined => {
    const dueMs = repeats.next()
    const events: Sending[] = []
    for (let next = repeats.peek(); next !== undefined; next = repeats.peek()) {
      if (repeats.next() > now || (events.length > 0 && !packing.fits(events, next))) break
      events.push(next)
      repeats.take()
    }
    return events.length > 0 ? parcelOf(events, dueMs, true) : undefined
  }

  const drop = ({ events }: Parcel): void => {
    const now = deps.now()
    for (const event of events) observer.dropped(event, now)
  }

  const send = (parcel: Parcel): void => {
    // Sending takes time: the last of many that were due together goes later than the first.
    parcel.sentMs = deps.now()
    underWay += parcel.events.length
    connections.send(deps.compose(parcel), parcel)
  }

  const settle = (event: Sending, told: Told | undefined, jitter: number, now: number): void => {
    const judged = judge(event, told, jitter)
    if (judged.is === 'final') {
      observer.ended(event, judged, now)
      return
    }
    event.attempt++
    repeats.add(now + judged.afterMs, event)
  }

  return {
    pump(now) {
      for (;;) {
        waiting ??= nextParcel(now)
        if (waiting === undefined) return
        if (!waiting.isRepeat && now - waiting.dueMs > config.dropAfterMs) drop(waiting)
        else if (connections.free(waiting.tenant) > 0) send(waiting)
        else return
        waiting = undefined
      }
    },
    onAnswer(parcel, reading, now) {
      const { events } = parcel
      // One draw for a request: what went together is repeated together.
      const jitter = deps.random()
      underWay -= events.length
      observer.answered(parcel, reading !== undefined, reading?.wrong, now)
      events.forEach((event, at) => {
        const told = reading?.told[at]
        observer.attempted(event, parcel, told, now)
        settle(event, told, jitter, now)
      })
    },
    nextDue: () => Math.min(repeats.next(), nextArrival()),
    open: () => underWay + repeats.size() + packing.size() + (waiting?.events.length ?? 0),
    stop() {
      stopped = true
      if (waiting !== undefined && !waiting.isRepeat) {
        drop(waiting)
        waiting = undefined
      }
      for (let rest = packing.rest(); rest; rest = packing.rest()) drop(rest)
    },
    giveUp() {
      const now = deps.now()
      for (const event of waiting?.events ?? []) observer.ended(event, failed, now)
      waiting = undefined
      for (let event = repeats.take(); event; event = repeats.take())
        observer.ended(event, failed, now)
    },
    scheduleOver,
    done: () => scheduleOver() && waiting === undefined && underWay + repeats.size() === 0,
  }
}

const newSending = ({ purpose, number, kind, revision, tenant }: Chosen, intendedMs: number) => ({
  purpose,
  number,
  kind,
  revision,
  tenant,
  intendedMs,
  attempt: 1,
  bodyHash: 0,
})
