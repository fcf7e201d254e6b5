/**
 * Reads how far each partition is counted in Postgres, then where its log ends: in this order, because `conservation.ts`
 * takes a partition that is counted beyond its log for a fault.
 */
import type { CountedPartition } from './conservation.ts'
import type { Kafka, TopicLog } from './kafka.ts'
import { type Answer, type AskStore, ask } from './outage.ts'
import type { Store } from './store.ts'

type PositionDeps = {
  readonly store: Pick<Store, 'countedPartitions'>
  readonly askStore: AskStore
  readonly kafka: Pick<Kafka, 'topicLog'>
}

export type PositionConfig = {
  readonly rawTopic: string
  readonly probeMs: number
}

export type Positions = {
  readonly counted: Answer<readonly CountedPartition[]>
  readonly log: Answer<TopicLog>
}

export function makeReadPositions(deps: PositionDeps, { rawTopic, probeMs }: PositionConfig) {
  const { store, askStore, kafka } = deps
  return async (): Promise<Positions> => {
    const counted = await askStore(() => store.countedPartitions())
    const log = await ask('Kafka', probeMs, () => kafka.topicLog(rawTopic))
    return { counted, log }
  }
}
