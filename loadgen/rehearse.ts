/**
 * Sends events to nobody before a run, so that the runtime has compiled by then what is done for each event. Cold, an
 * event costs several times as much, and the first seconds would measure that. Nothing of it is kept.
 * Bounded by `events` and by `mostMs`, whichever comes first.
 */
import { assemble } from './assemble.ts'
import { readResponse } from './http/response.ts'
import type { Header } from './journal-format.ts'
import { modes } from './modes/modes.ts'
import type { Parcel } from './packing.ts'
import type { Plan } from './plan.ts'
import { makeTally } from './tally.ts'

const events = 40_000
const mostMs = 500

export function rehearse(plan: Plan, header: Header, seeded: (seed: number) => () => number): void {
  const begin = performance.now()
  const now = () => performance.now() - begin
  const underWay: Parcel[] = []
  const sender = assemble(
    {
      ...plan,
      maxEvents: events,
      stages: [{ seconds: 1, rps: 1_000_000_000 }],
      rates: { duplicate: 0, conflict: 0, bad: 0 },
    },
    header,
    {
      tally: makeTally(plan.tenants.length),
      journal: { write() {} },
      connections: {
        free: () => (underWay.length === 0 ? 1 : 0),
        send: (_, parcel) => void underWay.push(parcel),
      },
      ...{ seeded, now },
    },
  )
  for (sender.pump(now()); now() < mostMs; sender.pump(now())) {
    const parcel = underWay.pop()
    if (parcel === undefined) return
    const read = readResponse(answerTo(plan, parcel), false)
    if (read.kind !== 'answer') continue
    sender.onAnswer(parcel, modes[plan.mode].read(read.answer, parcel.events.length), now())
  }
}

function answerTo({ mode }: Plan, { events }: Parcel): Buffer {
  const { status, body } = modes[mode].accepts(events.length)
  return Buffer.from(
    `HTTP/1.1 ${status} OK\r\nContent-Type: application/json\r\nX-Request-Id: rehearsal\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
