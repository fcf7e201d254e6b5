/** Creates the topics of the contract that are missing. Existing ones are left as they are. The door to Kafka's admin. */
import { Admin } from '@platformatic/kafka'
import { deadLetterTopic, rawTopic, type TopicSpec } from '../contracts/topics.ts'

export const topicsOfContract: readonly TopicSpec[] = [rawTopic, deadLetterTopic]

/** Creates what is missing among `topics`; returns the names it created. Safe to run from several places at once. */
export function createTopics(
  broker: string,
  topics: readonly TopicSpec[] = topicsOfContract,
): Promise<string[]> {
  return withAdmin(broker, async (admin) => {
    const existing = new Set(await admin.listTopics())
    const created: string[] = []
    for (const topic of topics.filter(({ name }) => !existing.has(name))) {
      const configs = Object.entries(topic.settings).map(([name, value]) => ({ name, value }))
      const { name, partitions } = topic
      // -1: as many replicas as the broker's default says.
      await admin
        .createTopics({ topics: [name], partitions, replicas: -1, configs })
        .then(() => created.push(name))
        .catch(unlessItExists)
    }
    return created
  })
}

/** Deletes topics, whether they exist or not. */
export function deleteTopics(broker: string, names: readonly string[]): Promise<void> {
  return withAdmin(broker, async (admin) => {
    const existing = new Set(await admin.listTopics())
    const topics = names.filter((name) => existing.has(name))
    if (topics.length > 0) await admin.deleteTopics({ topics })
  })
}

/** True when a broker answers a metadata request and knows at least one broker: itself. */
export function brokerAnswers(broker: string): Promise<boolean> {
  return withAdmin(broker, async (admin) => (await admin.metadata({ topics: [] })).brokers.size > 0)
}

async function withAdmin<T>(broker: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const settings = {
    clientId: 'pulse-infra',
    bootstrapBrokers: [broker],
    retries: 0,
    timeout: 5_000,
  }
  const admin = new Admin(settings)
  try {
    return await work(admin)
  } finally {
    await admin.close()
  }
}

function unlessItExists(error: unknown): void {
  if (!/TOPIC_ALREADY_EXISTS|already exists/.test(Bun.inspect(error))) throw error
}

if (import.meta.main) {
  const broker = process.env.KAFKA_BROKERS?.split(',')[0]
  if (!broker) throw new Error('KAFKA_BROKERS is required')
  const created = await createTopics(broker)
  process.stdout.write(`created: ${created.join(', ') || 'nothing, all there'}\n`)
}
