import type { Fault, Target } from '../fault.ts'
import { mustOweDeadLetters } from '../felt.ts'
import { setTopicSetting } from '../topic-changes.ts'

export const deadLetterTopicRefuses: Fault = {
  name: 'dead-letter-topic-refuses',
  about: 'the topic of dead letters has too few replicas in sync for 10 seconds, and takes none',
  holdMs: 10_000,
  apply: (target) => wantReplicas(target, '2'),
  async heal(target) {
    await mustOweDeadLetters(target.sql)
    await wantReplicas(target, '1')
  },
}

const wantReplicas = ({ kafka, topics }: Target, count: string): Promise<void> =>
  setTopicSetting(kafka, topics.dlq, 'min.insync.replicas', count)
