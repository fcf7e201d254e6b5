/** Measures what Pipeline shows. What cannot be measured becomes null, with a sentence about why; never 0. */
import type { Dependency, Pipeline } from '../views/facts.ts'
import type { MeasuredLag } from './lag.ts'
import { ask } from './outage.ts'
import type { Store } from './store.ts'
import { known, unmeasuredOf } from './unmeasured.ts'

export type PipelineDeps = {
  readonly store: Pick<Store, 'minuteCounts' | 'deadLetterCounts' | 'projectionStates'>
  readonly measureLag: () => Promise<MeasuredLag>
  readonly probeProcessor: () => Promise<Dependency>
  readonly now: () => Date
}

export function makeMeasurePipeline(deps: PipelineDeps, config: { storeDeadlineMs: number }) {
  const askStore = <T>(question: () => Promise<T>) =>
    ask('PostgreSQL', config.storeDeadlineMs, question)

  return async (): Promise<Pipeline> => {
    const now = deps.now()
    const [{ lag, answers }, processor, minutes, deadLetters, projections] = await Promise.all([
      deps.measureLag(),
      deps.probeProcessor(),
      askStore(() => deps.store.minuteCounts(now)),
      askStore(() => deps.store.deadLetterCounts()),
      askStore(() => deps.store.projectionStates()),
    ])
    return {
      lag,
      processor,
      perMinute: known(minutes),
      deadLetters: known(deadLetters),
      projections: known(projections),
      unmeasured: unmeasuredOf({
        ...answers,
        'events per minute': minutes,
        'dead letters': deadLetters,
        projections,
      }),
      measuredAt: now,
    }
  }
}
