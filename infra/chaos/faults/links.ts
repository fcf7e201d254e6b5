/** Faults of the network: each link through a proxy, with each of its behaviours. */

import type { Behaviour } from '../../harness/proxy.ts'
import type { Fault, Link } from '../fault.ts'

const ends: Readonly<Record<Link, string>> = {
  'processor-postgres': 'between the processor and Postgres',
  'ingest-redis': 'between ingest and Redis',
}

const disturbances: readonly {
  readonly name: string
  readonly behaviour: Behaviour
  readonly holdMs: number
  readonly about: string
}[] = [
  {
    name: 'delayed',
    behaviour: { is: 'delay', ms: 200 },
    holdMs: 10_000,
    about: 'everything comes 200 ms later, in both directions, for 10 seconds',
  },
  {
    name: 'cut',
    behaviour: { is: 'cut' },
    holdMs: 5_000,
    about: 'connections are reset, new ones too, for 5 seconds',
  },
  {
    name: 'black-holed',
    behaviour: { is: 'black-hole' },
    holdMs: 15_000,
    about: 'nothing passes for 15 seconds, and no connection ends',
  },
  {
    name: 'forgotten',
    behaviour: { is: 'forget' },
    holdMs: 5_000,
    about: 'open connections stay silent for ever, new ones pass',
  },
  {
    name: 'half-closed',
    behaviour: { is: 'half-close' },
    holdMs: 5_000,
    about: 'the client of each connection gets a FIN and nothing more, for 5 seconds',
  },
]

export const linkFaults: readonly Fault[] = (Object.keys(ends) as Link[]).flatMap((link) =>
  disturbances.map(({ name, behaviour, holdMs, about }) => ({
    name: `${link}-${name}`,
    about: `${ends[link]} ${about}`,
    holdMs,
    through: link,
    apply: async (target) => target.proxy(link).behave(behaviour),
    heal: async (target) => target.proxy(link).behave({ is: 'pass' }),
  })),
)
