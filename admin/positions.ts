/**
 * Reads how far each partition is counted in Postgres, then where its log ends: in this order, because `conservation.ts`
 * takes a partition that is counted beyond its log for a fault.
 */
import type { CountedPartition } from './conservation.ts'
import type { Kafka, TopicLog } from './kafka.ts'
import { type Answer, ask } from './outage.ts'
import type { Store } from './store.ts'

type PositionDeps = {
  readonly store: Pick<Store, 'countedPartitions'>
  readonly kafka: Pick<Kafka, 'topicLog'>
}

export type PositionConfig = {
  readonly rawTopic: string
  /** Longer than the server's statement timeout, which says more about a slow query. */
  readonly storeDeadlineMs: number
  readonly probeMs: number
}

export type Positions = {
  readonly counted: Answer<readonly CountedPartition[]>
  readonly log: Answer<TopicLog>
}

export function makeReadPositions({ store, kafka }: PositionDeps, config: PositionConfig) {
  const { rawTopic, storeDeadlineMs, probeMs } = config
  return async (): Promise<Positions> => {
    const counted = await ask('PostgreSQL', storeDeadlineMs, () => store.countedPartitions())
    const log = await ask('Kafka', probeMs, () => kafka.topicLog(rawTopic))
    return { counted, log }
  }
}
