/** Measures what Overview shows. What cannot be measured becomes null, with a sentence about why; never 0. */
import type { Health, Overview } from '../views/facts.ts'
import type { AskMetrics } from './ask-metrics.ts'
import { conservationOf } from './conservation.ts'
import { dayStart, dayTenants, dayVolume } from './day.ts'
import { doorOf, refusedByTenant } from './door.ts'
import { minutesBefore } from './minutes.ts'
import { type AskStore, ask } from './outage.ts'
import type { Positions } from './positions.ts'
import { makeRemembered } from './remembered.ts'
import type { Store } from './store.ts'
import { known, unmeasuredOf } from './unmeasured.ts'

type OverviewDeps = {
  readonly store: Pick<
    Store,
    'windowCounts' | 'topEventTypes' | 'countsByMinute' | 'dayCounts' | 'deadLetterCounts'
  >
  readonly askStore: AskStore
  readonly readPositions: () => Promise<Positions>
  readonly measureHealth: () => Promise<Health>
  readonly ingestMetrics: AskMetrics
  readonly now: () => Date
}

export type OverviewConfig = {
  readonly rawTopic: string
  readonly probeMs: number
}

/** Sums over a day read a hundred thousand rows: they may be some seconds old. */
const ofTheDay = { freshMs: 10_000, oldMs: 30_000 }

export function makeMeasureOverview(deps: OverviewDeps, config: OverviewConfig) {
  const { store, askStore, now } = deps
  const askTypes = makeRemembered(
    () => askStore(() => store.topEventTypes(midnightBefore(now()), now())),
    ofTheDay,
  )
  const askDay = makeRemembered(() => {
    const since = dayStart(now())
    return askStore(async () => ({ since, counts: await store.dayCounts(since, now()) }))
  }, ofTheDay)

  return async (): Promise<Overview> => {
    const measuredAt = now()
    const [health, counts, hour, day, types, letters, metrics, { counted, log }] =
      await Promise.all([
        deps.measureHealth(),
        askStore(() => store.windowCounts(measuredAt)),
        // The current minute is not over.
        askStore(() =>
          store.countsByMinute(minutesBefore(measuredAt, 60), minutesBefore(measuredAt, 1)),
        ),
        askDay(),
        askTypes(),
        askStore(() => store.deadLetterCounts()),
        ask('Ingest', config.probeMs, deps.ingestMetrics),
        deps.readPositions(),
      ])
    const windows = known(counts)
    const partitions = known(counted)
    const door = known(metrics)
    const lastDay = known(day)
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
      lastHour:
        known(hour)?.map(({ minute, stored, dead }) => ({ at: minute, stored, dead })) ?? null,
      lastDay: lastDay && dayVolume(lastDay.counts, lastDay.since),
      tenants: lastDay && dayTenants(lastDay.counts, door && refusedByTenant(door)),
      door: door && doorOf(door),
      deadLetters: known(letters),
      conservation: conservationOf(config.rawTopic, partitions, known(log)),
      health,
      unmeasured: unmeasuredOf({
        'event counts': counts,
        'the last hour': hour,
        'the last day and tenants': day,
        'event types': types,
        'dead letters': letters,
        'total and outcomes': counted,
        'log ends': log,
        refusals: metrics,
      }),
      measuredAt,
    }
  }
}

const DAY_MS = 24 * 60 * 60 * 1000

/** The start of the day in UTC. */
const midnightBefore = (now: Date): Date => new Date(now.getTime() - (now.getTime() % DAY_MS))
