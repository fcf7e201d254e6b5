/** Asks Kafka how long it keeps the records of topics: the only user of the client's admin. */
import { Admin, ConfigResourceTypes } from '@platformatic/kafka'
import { type KafkaConnection, platformaticConnection } from '../contracts/kafka-connection.ts'
import type { Log } from '../contracts/log.ts'
import { longestStayMs, type TopicRetention } from './ledger-days.ts'

const settings = ['cleanup.policy', 'retention.ms', 'segment.ms'] as const
/** A topic that is not there keeps nothing; one that we may not ask about is its owner's to keep short. */
const untold = ['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED']

/** The topics that Kafka tells about; rejects when it cannot be reached. */
export async function readTopicRetention(
  connection: KafkaConnection,
  topics: readonly string[],
  log: Log,
): Promise<readonly TopicRetention[]> {
  const admin = new Admin({
    clientId: 'pulse-processor',
    ...platformaticConnection(connection),
    retries: 1,
    timeout: 5000,
  })
  try {
    const answers = await Promise.all(topics.map((topic) => ask(admin, topic, log)))
    return answers.filter((answer) => answer !== undefined)
  } finally {
    await admin.close()
  }
}

async function ask(admin: Admin, topic: string, log: Log): Promise<TopicRetention | undefined> {
  const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic }
  try {
    const [description] = await admin.describeConfigs({
      resources: [{ ...resource, configurationKeys: [...settings] }],
    })
    const values = new Map(description?.configs.map(({ name, value }) => [name, value ?? '']))
    return { topic, ms: longestStayMs(values) }
  } catch (err) {
    // The client wraps what the broker said, as often as it has tried.
    if (!untold.some((id) => Bun.inspect(err).includes(id))) throw err
    log.warn({ topic, err }, 'how long the topic keeps records is not known')
    return undefined
  }
}
