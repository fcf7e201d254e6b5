/** The settings of `bun run control`: where Kafka is, and how to reach it. */
import { nonEmpty, setting } from '../../contracts/env.ts'
import { kafkaSettings } from '../../contracts/kafka-connection.ts'
import { controlTopic } from '../../contracts/topics.ts'

export const settings = {
  ...kafkaSettings,
  controlTopic: setting('KAFKA_CONTROL_TOPIC', (text) => nonEmpty(text), controlTopic.name, {
    unit: 'a topic name',
    reason: 'where tenants, keys and limits are',
  }),
} as const
