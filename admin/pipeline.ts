/** Measures what Pipeline shows. What cannot be measured becomes null, with a sentence about why; never 0. */
import type { Dependency } from '../views/facts.ts'
import type { Lag, Pipeline } from '../views/pipeline-facts.ts'
import type { History } from './history.ts'
import type { Kafka } from './kafka.ts'
import type { MeasuredLag } from './lag.ts'
import { minutesBefore } from './minutes.ts'
import { type AskStore, ask } from './outage.ts'
import { flowOf, workOf } from './rates.ts'
import type { Store } from './store.ts'
import { known, unmeasuredOf } from './unmeasured.ts'
import { unreadAges } from './unread-age.ts'
import { watchOf } from './verdict.ts'

export type PipelineDeps = {
  readonly store: Pick<Store, 'countsByMinute' | 'deadLetterCounts' | 'projectionStates'>
  readonly kafka: Pick<Kafka, 'group' | 'firstOffsetAt' | 'retentionMs'>
  readonly askStore: AskStore
  readonly history: Pick<History, 'read'>
  readonly measureLag: () => Promise<MeasuredLag>
  readonly probeProcessor: () => Promise<Dependency>
  readonly probeIngest: () => Promise<Dependency>
  readonly now: () => Date
}

export type PipelineConfig = {
  readonly probeMs: number
  readonly rawTopic: string
  readonly group: string
}

export function makeMeasurePipeline(deps: PipelineDeps, config: PipelineConfig) {
  const { kafka, store, askStore } = deps
  const { rawTopic, group: groupName, probeMs } = config
  const askKafka = <T>(question: () => Promise<T>) => ask('Kafka', probeMs, question)

  return async (): Promise<Pipeline> => {
    const now = deps.now()
    const [
      { lag, answers },
      processor,
      ingest,
      minutes,
      deadLetters,
      projections,
      group,
      retention,
    ] = await Promise.all([
      deps.measureLag(),
      deps.probeProcessor(),
      deps.probeIngest(),
      askStore(() => store.countsByMinute(minutesBefore(now, 5), minutesBefore(now, 0))),
      askStore(() => store.deadLetterCounts()),
      askStore(() => store.projectionStates()),
      askKafka(() => kafka.group(groupName, rawTopic)),
      askKafka(() => kafka.retentionMs(rawTopic)),
    ])
    const ages = await askKafka(() =>
      unreadAges(now.getTime(), unreadOf(lag), kafka.firstOffsetAt(rawTopic)),
    )
    const samples = deps.history.read()
    const retentionMs = known(retention)
    return {
      lag,
      processor,
      ingest,
      flow: flowOf(samples),
      watch: watchOf({
        lag,
        samples,
        group: known(group),
        ages: known(ages),
        retentionMs,
        nowMs: now.getTime(),
      }),
      group: known(group),
      retentionMs,
      work: processor.error === undefined || processor.reasons ? workOf(samples) : null,
      perMinute: known(minutes)?.toReversed() ?? null,
      deadLetters: known(deadLetters),
      projections: known(projections),
      unmeasured: unmeasuredOf({
        ...answers,
        'events per minute': minutes,
        'dead letters': deadLetters,
        projections,
        'group members': group,
        retention,
        'age of unread records': ages,
      }),
      measuredAt: now,
    }
  }
}

/** Where each partition that is behind goes on. */
const unreadOf = ({ partitions }: Lag): ReadonlyMap<number, number> =>
  new Map(
    (partitions ?? []).flatMap(({ partition, countedTo, lag }) =>
      countedTo !== null && lag ? [[partition, countedTo]] : [],
    ),
  )
