/** Puts together what sends a run's events, between its plan and its connections. */
import { makeArrivals } from './arrivals.ts'
import { makeCompose } from './compose.ts'
import type { Connections } from './http/connections.ts'
import type { Journal } from './journal.ts'
import type { Header } from './journal-format.ts'
import { kinds } from './kinds.ts'
import { makeMix } from './mix.ts'
import { modes } from './modes/modes.ts'
import { makeObserver } from './observer.ts'
import { makePacking, type Parcel } from './packing.ts'
import type { Plan } from './plan.ts'
import { makeRecentKeys } from './recent-keys.ts'
import { makeSender, type Sender } from './send.ts'
import { makeComposeMessage } from './stream/compose-message.ts'
import type { Tally } from './tally.ts'

const dropAfterMs = 10_000
const recentKeys = 10_000

type Parts = {
  readonly tally: Tally
  readonly journal: Pick<Journal, 'write'>
  readonly connections: Pick<Connections<Parcel>, 'free' | 'send'>
  /** Numbers from 0 up to 1, the same for the same seed. */
  readonly seeded: (seed: number) => () => number
  /** Milliseconds from the start of the run. */
  readonly now: () => number
}

export function assemble(plan: Plan, header: Header, parts: Parts): Sender {
  const { tally, journal, seeded, connections, now } = parts
  const { target, tenants, seed, batchSize } = plan
  const mode = modes[plan.mode]
  const places = kinds.map((kind) => mode.place(kind))
  const badKinds = kinds.flatMap(({ flaw }, at) => (flaw && places[at] !== 'none' ? [at] : []))
  const recent = makeRecentKeys(recentKeys)
  const apiKeys = tenants.map(({ apiKey }) => apiKey)
  return makeSender(
    {
      arrivals: makeArrivals(plan.stages, plan.maxEvents, seeded(seed)),
      choose: makeMix(plan.rates, tenants.length, badKinds, recent, seeded(seed + 1)),
      packing: makePacking({ mostEvents: batchSize, place: (kind) => places[kind] ?? 'none' }),
      compose:
        mode.transport === 'http'
          ? makeCompose({ mode, target, apiKeys, of: header })
          : makeComposeMessage(mode.transport, header),
      connections,
      observer: makeObserver(tally, journal, recent),
      random: seeded(seed + 2),
      now,
    },
    { dropAfterMs },
  )
}
