/**
 * Measures how far the processors are behind: log end minus what is counted in Postgres. What the group has committed
 * in Kafka is shown beside it and decides nothing; it is read first, because it follows the count.
 */
import type { Conservation } from '../views/facts.ts'
import type { Lag, PartitionLag } from '../views/pipeline-facts.ts'
import { conservationOf } from './conservation.ts'
import type { Committed, Kafka } from './kafka.ts'
import { type Answer, ask } from './outage.ts'
import type { Positions } from './positions.ts'
import { known } from './unmeasured.ts'

type LagDeps = {
  readonly kafka: Pick<Kafka, 'committed'>
  readonly readPositions: () => Promise<Positions>
}

export type LagConfig = {
  readonly rawTopic: string
  readonly group: string
  readonly probeMs: number
}

export type MeasuredLag = {
  readonly lag: Lag
  /** What was asked for it, for `unmeasuredOf`. */
  readonly answers: Readonly<Record<string, Answer<unknown>>>
}

export function makeMeasureLag(deps: LagDeps, config: LagConfig) {
  const { rawTopic, group, probeMs } = config
  return async (): Promise<MeasuredLag> => {
    const committed = await ask('Kafka', probeMs, () => deps.kafka.committed(group, rawTopic))
    const { counted, log } = await deps.readPositions()
    const law = conservationOf(rawTopic, known(counted), known(log))
    return {
      lag: lagOf(group, law, known(committed)),
      answers: { 'committed offsets': committed, 'counted offsets': counted, 'log ends': log },
    }
  }
}

/** `committed` null: could not be read. A partition that is not in it was never committed. */
export function lagOf(group: string, law: Conservation, committed: Committed | null): Lag {
  const partitions = law.partitions.map(
    ({ partition, logEnd, countedTo, inFlight }): PartitionLag => ({
      partition,
      logEnd,
      committed: committed === null ? null : (committed.get(partition) ?? 'never'),
      countedTo,
      lag: inFlight,
    }),
  )
  return {
    group,
    topic: law.topic,
    totalLag: law.inFlight,
    partitions: law.topicId === null ? null : partitions,
    findings: law.findings,
  }
}
