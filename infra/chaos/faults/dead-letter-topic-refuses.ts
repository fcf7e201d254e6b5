import { deadLetterTopic } from '../../../contracts/topics.ts'
import type { Fault, Target } from '../fault.ts'
import { mustOweDeadLetters } from '../felt.ts'
import { setTopicSetting } from '../topic-changes.ts'

const setting = 'max.message.bytes'

export const deadLetterTopicRefuses: Fault = {
  name: 'dead-letter-topic-refuses',
  about: 'the topic of dead letters takes no message of more than 10 bytes for 10 seconds',
  holdMs: 10_000,
  apply: (target) => allowBytes(target, '10'),
  heal: (target) =>
    mustOweDeadLetters(target.sql).finally(() =>
      allowBytes(target, deadLetterTopic.settings[setting] ?? ''),
    ),
}

const allowBytes = ({ kafka, topics }: Target, bytes: string): Promise<void> =>
  setTopicSetting(kafka, topics.dlq, setting, bytes)
