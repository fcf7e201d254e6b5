import { rawTopic } from '../../../contracts/topics.ts'
import { until } from '../../harness/until.ts'
import type { Fault } from '../fault.ts'
import { addPartitions } from '../topic-changes.ts'

export const partitionsAdded: Fault = {
  name: 'partitions-added',
  about: 'the topic of events gets two more partitions',
  processors: 2,
  holdMs: 0,
  apply: ({ kafka, topics }) => addPartitions(kafka, topics.raw, rawTopic.partitions + 2),
  // That a processor has begun to count them is the end of the fault.
  heal: ({ sql }) =>
    until(
      'the new partitions are counted',
      async () => {
        const counted = await sql`
          select from pipeline_offsets where partition >= ${rawTopic.partitions}`
        return counted.length === 2
      },
      60_000,
    ).then(() => undefined),
}
