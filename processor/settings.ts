/** Every setting of the processor, with its unit, default and reason. */
import { type Config, integer, logLevel, nonEmpty, onOff, port, setting } from '../contracts/env.ts'
import { kafkaSettings } from '../contracts/kafka-connection.ts'
import { postgresSettings } from '../contracts/postgres-connection.ts'
import { redisSettings } from '../contracts/redis-connection.ts'
import { controlTopic, deadLetterTopic, processorGroup, rawTopic } from '../contracts/topics.ts'

export const settings = {
  host: setting('PROCESSOR_HOST', nonEmpty, '127.0.0.1', {
    unit: 'an address to listen on',
    reason: 'loopback until somebody decides otherwise',
  }),
  port: setting('PROCESSOR_PORT', port, '8082', {
    unit: 'a TCP port',
    reason: 'health and metrics, beside ingest and admin',
  }),
  ...kafkaSettings,
  ...postgresSettings,
  rawTopic: setting('KAFKA_RAW_TOPIC', nonEmpty, rawTopic.name, {
    unit: 'a topic name',
    reason: 'the contract between ingest and processor',
  }),
  deadLetterTopic: setting('KAFKA_DLQ_TOPIC', nonEmpty, deadLetterTopic.name, {
    unit: 'a topic name',
    reason: 'the contract with those who read dead letters',
  }),
  controlTopic: setting('KAFKA_CONTROL_TOPIC', nonEmpty, controlTopic.name, {
    unit: 'a topic name',
    reason: 'where it is said that processors pause',
  }),
  group: setting('KAFKA_GROUP', nonEmpty, processorGroup, {
    unit: 'a consumer group',
    reason: 'all processors share the partitions',
  }),
  storeConnections: setting('STORE_CONNECTIONS', integer(1, 64), '2', {
    unit: 'connections to Postgres that store batches, 1 to 64',
    reason: 'two kept both cores of the machine it was measured on busy',
  }),
  batchRecords: setting('BATCH_RECORDS', integer(1, 100_000), '5000', {
    unit: 'records, the most in one transaction',
    reason: 'past some thousands a larger batch is not faster, only later',
  }),
  batchBytes: setting('BATCH_BYTES', integer(1024, 64 * 1024 * 1024), '4194304', {
    unit: 'bytes of records, the most in one transaction',
    reason: 'large events in fewer rows: a batch stays within what a session copies in a moment',
  }),
  lingerMs: setting('BATCH_LINGER_MS', integer(0, 1000), '40', {
    unit: 'milliseconds, 0 to 1000',
    reason:
      'records that come within it are stored together, which costs a fraction; the first after a silence waits for none',
  }),
  ledgerDays: setting('LEDGER_DAYS', integer(31, 3650), '90', {
    unit: 'days, 31 to 3650',
    reason:
      'how long a key is remembered; at start it must be more than Kafka keeps records of either topic',
  }),
  retentionDays: setting('RETENTION_DAYS', integer(1, 3650), '90', {
    unit: 'days, 1 to 3650',
    reason: 'how long events, their requests and counts by the minute are kept',
  }),
  projections: setting('PROJECTIONS', (text) => onOff(text), 'on', {
    unit: 'on or off',
    reason: 'off: this processor only stores, and others keep the tables that follow events',
  }),
  projectionConnections: setting('PROJECTION_CONNECTIONS', integer(1, 16), '2', {
    unit: 'connections to Postgres that work on projections, 1 to 16',
    reason:
      'a projection uses one at a time; apart from those that store, which never wait for them',
  }),
  ...redisSettings,
  redisMirror: setting('DLQ_REDIS_MIRROR', (text) => onOff(text), 'on', {
    unit: 'on or off',
    reason:
      "seed 003's list dlq:events of the newest dead letters in Redis; off: the processor needs no Redis",
  }),
  logLevel: setting('LOG_LEVEL', logLevel, 'info', {
    unit: 'debug, info, warn, error or silent',
    reason: 'info writes one line a batch',
  }),
} as const

export type ProcessorConfig = Config<typeof settings>
