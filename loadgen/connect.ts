/** What carries a plan's parcels: connections with a request each at a time, or streams. */
import { type Connections, openConnections } from './http/connections.ts'
import type { Reading } from './modes/mode.ts'
import { modes } from './modes/modes.ts'
import type { Parcel } from './packing.ts'
import type { Plan } from './plan.ts'
import { openCall } from './stream/call.ts'
import { openSocket } from './stream/socket.ts'
import { openStreams } from './stream/streams.ts'

export type Heard = {
  /** Milliseconds from the start of the run. */
  readonly now: () => number
  /** Called once for each parcel, with when that was; undefined when nothing was said of it. */
  readonly onReading: (parcel: Parcel, reading: Reading | undefined, now: number) => void
  /** Told in words what is wrong beyond what is said of one event. */
  readonly onWrong: (what: string) => void
  /** Called when more can be sent, with when that was. */
  readonly onFree: (now: number) => void
}

/** A parcel waits so long for its answer. */
const timeoutMs = 15_000

export function connect(plan: Plan, heard: Heard): Connections<Parcel> {
  const { now, onReading, onFree } = heard
  const mode = modes[plan.mode]
  const { target, connections: count, tenants, batchSize: mostEvents } = plan
  if (mode.transport === 'http')
    return openConnections<Parcel>(
      {
        now,
        onAnswer: (parcel, answer, at) =>
          onReading(parcel, answer && mode.read(answer, parcel.events.length), at),
        onFree,
      },
      { ...target, count, timeoutMs },
    )
  const apiKeys = tenants.map(({ apiKey }) => apiKey)
  const open = mode.transport === 'websocket' ? openSocket : openCall
  return openStreams(
    { ...heard, open: (apiKey, line) => open(target, apiKey, line) },
    { apiKeys, count, mostEvents, timeoutMs },
  )
}
