/** Changes topics while they are used, as an operator does with Kafka's own tools. */
import {
  Admin,
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
} from '@platformatic/kafka'

/** Gives a topic more partitions; resolves when Kafka has said that it will. */
export const addPartitions = (broker: string, topic: string, count: number): Promise<void> =>
  withAdmin(broker, async (admin) => {
    await admin.createPartitions({ topics: [{ name: topic, count, assignments: null }] })
  })

/** Sets one of a topic's settings. */
export const setTopicSetting = (
  broker: string,
  topic: string,
  name: string,
  value: string,
): Promise<void> =>
  withAdmin(broker, async (admin) => {
    const configOperation = IncrementalAlterConfigOperationTypes.SET
    await admin.incrementalAlterConfigs({
      resources: [
        {
          resourceType: ConfigResourceTypes.TOPIC,
          resourceName: topic,
          configs: [{ name, value, configOperation }],
        },
      ],
    })
  })

async function withAdmin(broker: string, work: (admin: Admin) => Promise<void>): Promise<void> {
  const admin = new Admin({ clientId: 'pulse-chaos', bootstrapBrokers: [broker] })
  try {
    await work(admin)
  } finally {
    await admin.close()
  }
}
