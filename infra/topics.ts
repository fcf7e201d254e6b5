/** Creates the topics of the contract that are missing. Existing ones are left as they are. The door to Kafka's admin. */
import { setTimeout as pause } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'
import { settingsOrExit } from '../contracts/env.ts'
import {
  type KafkaConnection,
  kafkaProblems,
  kafkaSettings,
  platformaticConnection,
} from '../contracts/kafka-connection.ts'
import { controlTopic, deadLetterTopic, rawTopic, type TopicSpec } from '../contracts/topics.ts'

/** `host:port` of one broker, or brokers with TLS and SASL. */
export type Kafka = string | KafkaConnection

const knownWithinMs = 10_000

export const topicsOfContract: readonly TopicSpec[] = [rawTopic, deadLetterTopic, controlTopic]

/** The topics of the contract under the names that the environment gives them. */
export function topicsNamedIn(env: Readonly<Record<string, string | undefined>>): TopicSpec[] {
  const named = (topic: TopicSpec, name: string | undefined) => ({
    ...topic,
    name: name?.trim() || topic.name,
  })
  return [
    named(rawTopic, env.KAFKA_RAW_TOPIC),
    named(deadLetterTopic, env.KAFKA_DLQ_TOPIC),
    named(controlTopic, env.KAFKA_CONTROL_TOPIC),
  ]
}

/**
 * Creates what is missing among `topics`; returns the names it created, once the broker tells of them. Safe to run from
 * several places at once.
 */
export function createTopics(
  kafka: Kafka,
  topics: readonly TopicSpec[] = topicsOfContract,
): Promise<string[]> {
  return withAdmin(kafka, async (admin) => {
    const existing = new Set(await admin.listTopics())
    const created: string[] = []
    const missing = topics.filter(({ name }) => !existing.has(name))
    for (const topic of missing) {
      const configs = Object.entries(topic.settings).map(([name, value]) => ({ name, value }))
      const { name, partitions } = topic
      // -1: as many replicas as the broker's default says.
      await admin
        .createTopics({ topics: [name], partitions, replicas: -1, configs })
        .then(() => created.push(name))
        .catch(unlessItExists)
    }
    await untilKnown(
      admin,
      missing.map(({ name }) => name),
    )
    return created
  })
}

/** Deletes topics, whether they exist or not. */
export function deleteTopics(kafka: Kafka, names: readonly string[]): Promise<void> {
  return withAdmin(kafka, async (admin) => {
    const existing = new Set(await admin.listTopics())
    const topics = names.filter((name) => existing.has(name))
    if (topics.length > 0) await admin.deleteTopics({ topics })
  })
}

/** True when a broker answers a metadata request and knows at least one broker: itself. */
export function brokerAnswers(kafka: Kafka): Promise<boolean> {
  return withAdmin(kafka, async (admin) => (await admin.metadata({ topics: [] })).brokers.size > 0)
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const at = typeof kafka === 'string' ? { brokers: [kafka] } : kafka
  const admin = new Admin({
    clientId: 'pulse-infra',
    ...platformaticConnection(at),
    retries: 0,
    timeout: 5_000,
  })
  try {
    return await work(admin)
  } finally {
    await admin.close()
  }
}

/**
 * The controller answers as soon as topics are its own; a busy broker hears of them seconds later. Who may create topics
 * and not look at them never sees them, and goes on all the same.
 */
async function untilKnown(admin: Admin, names: readonly string[]): Promise<void> {
  const deadline = performance.now() + knownWithinMs
  while (names.length > 0 && performance.now() < deadline) {
    const known = new Set(await admin.listTopics())
    if (names.every((name) => known.has(name))) return
    await pause(20)
  }
}

function unlessItExists(error: unknown): void {
  if (!/TOPIC_ALREADY_EXISTS|already exists/.test(Bun.inspect(error))) throw error
}

if (import.meta.main) {
  const kafka = settingsOrExit(kafkaSettings, kafkaProblems)
  const created = await createTopics(kafka, topicsNamedIn(process.env))
  process.stdout.write(`created: ${created.join(', ') || 'nothing, all there'}\n`)
}
