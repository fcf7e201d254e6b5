/**
 * One run, from the first arrival to the last answer. After the schedule's end, or the first interruption, what is
 * under way and what waits to be repeated has `graceMs` to end; then it counts as failed.
 */
import { secondsOf } from './arrivals.ts'
import { assemble } from './assemble.ts'
import { connect } from './connect.ts'
import type { Journal } from './journal.ts'
import type { Header } from './journal-format.ts'
import type { Plan } from './plan.ts'
import { progressLine, type Screen } from './progress.ts'
import { rehearse } from './rehearse.ts'
import type { Sender } from './send.ts'
import { makeTally, type Tally } from './tally.ts'

type Deps = {
  readonly screen: Screen
  readonly journal: Journal
  /** Numbers from 0 up to 1, the same for the same seed. */
  readonly seeded: (seed: number) => () => number
  readonly interrupted: AbortSignal
}

export type Ran = {
  readonly tally: Tally
  /** From the start to the last answer. */
  readonly seconds: number
  /** Over the time in which events were due. */
  readonly answeredPerSecond: { readonly events: number; readonly requests: number }
}

const connectMs = 2000
const graceMs = 60_000
const interruptedGraceMs = 3000

export async function run(plan: Plan, header: Header, deps: Deps): Promise<Ran> {
  const tally = makeTally(plan.tenants.length)
  const totalMs = secondsOf(plan.stages) * 1000
  let begin = performance.now()
  const now = () => performance.now() - begin
  let sender: Sender | undefined
  const connections = connect(plan, {
    now,
    onReading: (parcel, reading, at) => sender?.onAnswer(parcel, reading, at),
    onWrong: tally.unexpected,
    onFree: (at) => sender?.pump(at),
  })
  rehearse(plan, header, deps.seeded)
  await connections.ready(connectMs)
  begin = performance.now()
  sender = assemble(plan, header, { ...deps, tally, connections, now })

  const isBatched = plan.batchSize > 1
  const reporting = report(deps.screen, tally, sender, { now, totalMs, isBatched })
  const perSecond = { events: 0, requests: 0 }
  const onScheduleOver = () => {
    const { events, failed, dropped, requests, unanswered } = tally.counts()
    perSecond.events = (1000 * (events - failed - dropped)) / now()
    perSecond.requests = (1000 * (requests - unanswered)) / now()
  }
  await ended(sender, { now, interrupted: deps.interrupted, totalMs, onScheduleOver })
  sender.stop()
  connections.close()
  sender.giveUp()
  clearInterval(reporting)
  deps.screen.clear()
  return { tally, seconds: now() / 1000, answeredPerSecond: perSecond }
}

type Time = { readonly now: () => number; readonly totalMs: number }

/** Resolves when every event has ended, or its grace is over. Timers are as fine as the runtime has them: 1 ms. */
function ended(
  sender: Sender,
  time: Time & { interrupted: AbortSignal; onScheduleOver: () => void },
): Promise<void> {
  return new Promise((resolve) => {
    let over = false
    let deadline = time.totalMs + graceMs
    const stop = () => {
      sender.stop()
      deadline = time.now() + interruptedGraceMs
    }
    time.interrupted.addEventListener('abort', stop)
    const tick = (): void => {
      sender.pump(time.now())
      const now = time.now()
      if (!over && sender.scheduleOver()) {
        over = true
        time.onScheduleOver()
      }
      if (sender.done() || now > deadline) resolve()
      else setTimeout(tick, Math.min(20, Math.max(0, sender.nextDue() - now)))
    }
    tick()
  })
}

function report(
  screen: Screen,
  tally: Tally,
  sender: Sender,
  { now, totalMs, isBatched }: Time & { readonly isBatched: boolean },
) {
  const intervalMs = screen.isTerminal ? 500 : 5000
  let before = tally.counts()
  return setInterval(() => {
    const counts = tally.counts()
    const { p50, p99 } = tally.recent()
    const elapsedMs = now()
    const open = sender.open()
    screen.progress(
      progressLine({ elapsedMs, totalMs, counts, before, intervalMs, p50, p99, open, isBatched }),
    )
    before = counts
  }, intervalMs)
}
