/**
 * One run, from the first arrival to the last answer. After the schedule's end, or the first interruption, what is
 * under way and what waits to be repeated has `graceMs` to end; then it counts as failed.
 */

import { makeArrivals, secondsOf } from './arrivals.ts'
import { hashOfBody, keyOf, makeEventText } from './events.ts'
import { openConnections } from './http/connections.ts'
import { makeRequest } from './http/request.ts'
import type { Journal } from './journal.ts'
import type { Header } from './journal-format.ts'
import { kindOf } from './kinds.ts'
import { type Chosen, makeMix } from './mix.ts'
import { makeObserver } from './observer.ts'
import type { Plan } from './plan.ts'
import { progressLine, type Screen } from './progress.ts'
import { makeRecentKeys } from './recent-keys.ts'
import { makeSender } from './send.ts'
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
  readonly answeredPerSecond: number
}

const connectMs = 2000
const dropAfterMs = 10_000
const timeoutMs = 15_000
const graceMs = 60_000
const interruptedGraceMs = 3000
const recentKeys = 10_000

export async function run(plan: Plan, header: Header, deps: Deps): Promise<Ran> {
  const tally = makeTally(plan.tenants.length)
  const recent = makeRecentKeys(recentKeys)
  const totalMs = secondsOf(plan.stages) * 1000
  let pump = (): void => {}
  const connections = openConnections(
    { now: () => performance.now(), onFree: () => pump() },
    { ...plan.target, count: plan.connections, timeoutMs },
  )
  await connections.ready(connectMs)
  const begin = performance.now()
  const now = () => performance.now() - begin
  const sender = makeSender(
    {
      arrivals: makeArrivals(plan.stages, plan.maxEvents, deps.seeded(plan.seed)),
      choose: makeMix(plan.rates, plan.tenants.length, recent, deps.seeded(plan.seed + 1)),
      compose: composer(plan, header),
      connections,
      observer: makeObserver(tally, deps.journal, recent),
      random: deps.seeded(plan.seed + 2),
      now,
    },
    { dropAfterMs },
  )
  pump = sender.pump

  const reporting = report(deps.screen, tally, sender, { now, totalMs })
  let answeredPerSecond = 0
  const onScheduleOver = () => {
    const { events, failed, dropped } = tally.all()
    answeredPerSecond = (1000 * (events - failed - dropped)) / now()
  }
  await ended(sender, { now, interrupted: deps.interrupted, totalMs, onScheduleOver })
  sender.stop()
  connections.close()
  sender.giveUp()
  clearInterval(reporting)
  deps.screen.clear()
  return { tally, seconds: now() / 1000, answeredPerSecond }
}

function composer(plan: Plan, header: Header) {
  const request = makeRequest(plan.target)
  const text = makeEventText(header)
  return (chosen: Chosen) => {
    const body = text(chosen)
    const flawed = kindOf(chosen.kind).request
    const apiKey = plan.tenants[chosen.tenant]?.apiKey ?? ''
    const headers = {
      apiKey: flawed === 'unknown-api-key' ? `not-${apiKey}` : apiKey,
      contentType: flawed === 'wrong-media-type' ? 'text/plain' : 'application/json',
      idempotencyKey: flawed === 'no-key' ? undefined : keyOf(header.run, chosen.number),
    }
    return { request: request(headers, body), bodyHash: hashOfBody(body) }
  }
}

type Sender = ReturnType<typeof makeSender>
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
      sender.pump()
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

function report(screen: Screen, tally: Tally, sender: Sender, { now, totalMs }: Time) {
  const intervalMs = screen.isTerminal ? 500 : 5000
  let before = tally.all()
  return setInterval(() => {
    const counts = tally.all()
    const { p50, p99 } = tally.recent()
    const elapsedMs = now()
    const open = sender.open()
    screen.progress(
      progressLine({ elapsedMs, totalMs, counts, before, intervalMs, p50, p99, open }),
    )
    before = counts
  }, intervalMs)
}
