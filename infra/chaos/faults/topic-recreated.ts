import { rawTopic } from '../../../contracts/topics.ts'
import { until } from '../../harness/until.ts'
import { createTopics, deleteTopics } from '../../topics.ts'
import type { Fault } from '../fault.ts'

export const topicRecreated: Fault = {
  name: 'topic-recreated',
  about: 'the topic of events is deleted, and created again three seconds later',
  losesWhatWas: true,
  apply: ({ kafka, topics }) => deleteTopics(kafka, [topics.raw]),
  // The name may still be going when it is asked for.
  heal: async ({ kafka, topics }) =>
    void (await until('the topic is created', async () => {
      const created = await createTopics(kafka, [{ ...rawTopic, name: topics.raw }])
      return created.length === 1
    })),
}
