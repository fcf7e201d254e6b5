/**
 * Measures what Overview shows. What cannot be measured becomes null, with a sentence about why; never 0.
 * Asks Postgres before Kafka where both are compared: see `conservation.ts`.
 */
import type { Health, Overview, Unmeasured } from '../views/facts.ts'
import { conservationOf } from './conservation.ts'
import type { Kafka } from './kafka.ts'
import { type Answer, ask } from './outage.ts'
import type { Store } from './store.ts'

export type OverviewDeps = {
  readonly store: Pick<Store, 'windowCounts' | 'topEventTypes' | 'countedPartitions'>
  readonly kafka: Pick<Kafka, 'topicLog'>
  readonly measureHealth: () => Promise<Health>
  readonly now: () => Date
}

export type OverviewConfig = {
  readonly rawTopic: string
  /** Longer than the server's statement timeout, which says more about a slow query. */
  readonly storeDeadlineMs: number
  readonly probeMs: number
}

export function makeMeasureOverview(deps: OverviewDeps, config: OverviewConfig) {
  const askStore = <T>(question: () => Promise<T>) =>
    ask('PostgreSQL', config.storeDeadlineMs, question)

  const countersThenLog = async () => {
    const counted = await askStore(() => deps.store.countedPartitions())
    const log = await ask('Kafka', config.probeMs, () => deps.kafka.topicLog(config.rawTopic))
    return { counted, log }
  }

  return async (): Promise<Overview> => {
    const now = deps.now()
    const [health, counts, types, { counted, log }] = await Promise.all([
      deps.measureHealth(),
      askStore(() => deps.store.windowCounts(now)),
      askStore(() => deps.store.topEventTypes(now)),
      countersThenLog(),
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

const known = <T>(answer: Answer<T>): T | null => (answer.ok ? answer.value : null)

/** One entry for each reason, with all that it makes unknown. */
function unmeasuredOf(answers: Readonly<Record<string, Answer<unknown>>>): Unmeasured[] {
  const byReason = new Map<string, string[]>()
  for (const [what, answer] of Object.entries(answers)) {
    if (answer.ok) continue
    const { why } = answer.outage
    byReason.set(why, [...(byReason.get(why) ?? []), what])
  }
  return [...byReason].map(([why, what]) => ({ what: what.join(', '), why }))
}
