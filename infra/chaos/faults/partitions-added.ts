import { rawTopic } from '../../../contracts/topics.ts'
import type { Fault } from '../fault.ts'
import { addPartitions } from '../topic-changes.ts'

export const partitionsAdded: Fault = {
  name: 'partitions-added',
  about: 'the topic of events gets two more partitions',
  processors: 2,
  holdMs: 0,
  apply: ({ kafka, topics }) => addPartitions(kafka, topics.raw, rawTopic.partitions + 2),
  heal: async () => {},
}
