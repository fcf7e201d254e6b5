/** The settings of `bun run rewind`: where Kafka is, how to reach it, and who reads what. */
import { nonEmpty, setting } from '../../contracts/env.ts'
import { processorGroup, rawTopic } from '../../contracts/topics.ts'
import { settings as controlSettings } from '../control/settings.ts'

export const settings = {
  ...controlSettings,
  rawTopic: setting('KAFKA_RAW_TOPIC', (text) => nonEmpty(text), rawTopic.name, {
    unit: 'a topic name',
    reason: 'the events that are read again',
  }),
  group: setting('KAFKA_GROUP', (text) => nonEmpty(text), processorGroup, {
    unit: 'a consumer group',
    reason: 'whose offsets are moved',
  }),
} as const
