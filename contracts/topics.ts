/**
 * The topics that connect the processes, with the settings their promises rest on.
 * Names can be changed by configuration (tests do); partitions and settings belong to the contract.
 */
export type TopicSpec = {
  readonly name: string
  readonly partitions: number
  /** Kafka topic configuration, as the broker names it. */
  readonly settings: Readonly<Record<string, string>>
}

const days = (n: number) => String(n * 24 * 60 * 60 * 1000)
const mebibytes = (n: number) => String(n * 1024 * 1024)

/** Accepted events, keyed by tenant and ordering key. `LogAppendTime`: a producer's clock can't age a record. */
export const rawTopic: TopicSpec = {
  name: 'events.raw',
  partitions: 6,
  settings: {
    'retention.ms': days(7),
    'max.message.bytes': mebibytes(1),
    'message.timestamp.type': 'LogAppendTime',
  },
}

/** Published dead letters. Larger messages than `events.raw`: an original is never truncated, and may be in base64. */
export const deadLetterTopic: TopicSpec = {
  name: 'events.dlq',
  partitions: 3,
  settings: { 'retention.ms': days(30), 'max.message.bytes': mebibytes(8) },
}

/**
 * Tenants, keys and limits (control.ts), the newest record of each. One partition: the order of the log is the order of
 * all changes. A reader that was away for a month still learns what was removed.
 */
export const controlTopic: TopicSpec = {
  name: 'pulse.control',
  partitions: 1,
  settings: {
    'cleanup.policy': 'compact',
    'delete.retention.ms': days(30),
    'max.message.bytes': mebibytes(1),
  },
}

/** What is said where the topic of control is missing: an installation may be older than it. */
export const noControlTopic = (name: string): string =>
  `there is no topic ${name}: \`npm start\` creates it, and so does \`bun infra/topics.ts\``

/** The consumer group whose members are the processors. */
export const processorGroup = 'event-processor'

/** Headers of records on `events.raw`. */
export const headers = {
  /** Hash of the producer's own bytes, 32 hexadecimal digits. */
  fingerprint: 'pulse-fingerprint',
  /** W3C trace context, passed on from the request. */
  traceparent: 'traceparent',
  /** Which dead letter is tried again (redrive.ts). */
  redrive: 'pulse-redrive',
} as const

/** Headers of records on `events.dlq`. */
export const deadLetterHeaders = {
  /** `dead_letters.id`: the same dead letter may be published more than once, always with the same id. */
  id: 'pulse-dead-letter-id',
} as const
