/** Measures what Overview shows. What cannot be measured becomes null, with a sentence about why; never 0. */
import type { Health, Overview } from '../views/facts.ts'
import { conservationOf } from './conservation.ts'
import { ask } from './outage.ts'
import type { Positions } from './positions.ts'
import type { Store } from './store.ts'
import { known, unmeasuredOf } from './unmeasured.ts'

type OverviewDeps = {
  readonly store: Pick<Store, 'windowCounts' | 'topEventTypes'>
  readonly readPositions: () => Promise<Positions>
  readonly measureHealth: () => Promise<Health>
  readonly now: () => Date
}

export type OverviewConfig = {
  readonly rawTopic: string
  readonly storeDeadlineMs: number
}

export function makeMeasureOverview(deps: OverviewDeps, config: OverviewConfig) {
  const askStore = <T>(question: () => Promise<T>) =>
    ask('PostgreSQL', config.storeDeadlineMs, question)

  return async (): Promise<Overview> => {
    const now = deps.now()
    const [health, counts, types, { counted, log }] = await Promise.all([
      deps.measureHealth(),
      askStore(() => deps.store.windowCounts(now)),
      askStore(() => deps.store.topEventTypes(midnightBefore(now), now)),
      deps.readPositions(),
    ])
    const windows = known(counts)
    const partitions = known(counted)
    return {
      eventsLastMinute: windows?.eventsLastMinute ?? null,
      eventsLast5Minutes: windows?.eventsLast5Minutes ?? null,
      eventsLast30Minutes: windows?.eventsLast30Minutes ?? null,
      totalEvents: partitions?.reduce((total, row) => total + row.stored, 0) ?? null,
      errors: {
        deadLastMinute: windows?.deadLastMinute ?? null,
        deadLast5Minutes: windows?.deadLast5Minutes ?? null,
      },
      topEventTypes: known(types),
      conservation: conservationOf(config.rawTopic, partitions, known(log)),
      health,
      unmeasured: unmeasuredOf({
        'event counts': counts,
        'event types': types,
        'total and outcomes': counted,
        'log ends': log,
      }),
      measuredAt: now,
    }
  }
}

const DAY_MS = 24 * 60 * 60 * 1000

/** The start of the day in UTC. */
const midnightBefore = (now: Date): Date => new Date(now.getTime() - (now.getTime() % DAY_MS))
