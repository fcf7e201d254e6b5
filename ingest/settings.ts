/** Every setting of the ingest process, with its unit, default and reason. */
import { parseApiKeys } from '../contracts/api-keys.ts'
import {
  type Config,
  integer,
  logLevel,
  nonEmpty,
  optional,
  port,
  readableFile,
  setting,
} from '../contracts/env.ts'
import { kafkaProblems, kafkaSettings } from '../contracts/kafka-connection.ts'
import { redisSettings } from '../contracts/redis-connection.ts'
import { controlTopic, rawTopic } from '../contracts/topics.ts'
import { redisMostMs } from './timing.ts'
import { tracingSettings } from './tracing-settings.ts'

const limit = (least: number, most: number) => (text: string) =>
  text === 'unlimited' ? text : integer(least, most)(text)

export const settings = {
  host: setting('INGEST_HOST', nonEmpty, '127.0.0.1', {
    unit: 'an address to listen on',
    reason: 'loopback until somebody decides otherwise',
  }),
  port: setting('INGEST_PORT', port, '8080', { unit: 'a TCP port', reason: "the seeds' port" }),
  grpcPort: setting('GRPC_PORT', (text) => (text === 'off' ? text : port(text)), '9090', {
    unit: 'a TCP port, or off',
    reason: 'the outline’s port; on the address of INGEST_HOST',
  }),
  grpcCertFile: setting('GRPC_TLS_CERT_FILE', optional(readableFile), '', {
    unit: 'a readable PEM file',
    reason: 'the certificate that gRPC shows its clients; none means plain text',
  }),
  grpcKeyFile: setting('GRPC_TLS_KEY_FILE', optional(readableFile), '', {
    unit: 'a readable PEM file',
    reason: 'the key of that certificate',
  }),
  workers: setting('INGEST_WORKERS', integer(1, 64), '1', {
    unit: 'processes that share the port, 1 to 64; more than 1 on Linux only',
    reason: 'one takes what a core can; Kafka, Redis and the limits see all of them as one ingest',
  }),
  ...kafkaSettings,
  rawTopic: setting('KAFKA_RAW_TOPIC', nonEmpty, rawTopic.name, {
    unit: 'a topic name',
    reason: 'the contract between ingest and processor',
  }),
  controlTopic: setting('KAFKA_CONTROL_TOPIC', nonEmpty, controlTopic.name, {
    unit: 'a topic name',
    reason: 'where tenants, keys and limits are',
  }),
  ...redisSettings,
  redisDeadlineMs: setting('REDIS_DEADLINE_MS', integer(10, redisMostMs), '250', {
    unit: `milliseconds from 10 to ${redisMostMs}`,
    reason:
      'an event whose claim Redis has not answered by then goes on without it, and the ledger removes the repeats; a Redis far away wants longer',
  }),
  apiKeys: setting('API_KEYS', (text) => (text === '' ? [] : parseApiKeys(text)), '', {
    unit: 'a list of tenant:key or tenant:key:events_per_minute or tenant:key:unlimited, separated by commas, each key once',
    reason:
      'keys for development; those of `bun run control` need no restart, and what it says of a key counts more',
    secret: true,
  }),
  eventsPerMinute: setting('RATE_LIMIT_PER_MIN', limit(0, 100_000_000), '300', {
    unit: 'events a minute for each tenant or unlimited, 0 blocks',
    reason: 'what a tenant gets that names no limit of its own',
  }),
  bytesPerMinute: setting('RATE_LIMIT_BYTES_PER_MIN', limit(0, 1_000_000_000_000), 'unlimited', {
    unit: 'bytes of events a minute for each tenant or unlimited, 0 blocks',
    reason: 'the number of events is bounded, and the size of each',
  }),
  doneTtlSeconds: setting('IDEMPOTENCY_TTL_SECONDS', integer(60, 604_800), '1800', {
    unit: 'seconds from 60 to 604800',
    reason: 'how long Redis answers a repeat by itself; afterwards the ledger does',
  }),
  maxEventBytes: setting('MAX_EVENT_BYTES', integer(1024, 524_288), '262144', {
    unit: 'bytes from 1024 to 524288',
    reason: 'with its wrapper an event must fit a 1 MiB record, also as base64',
  }),
  maxBatchBytes: setting('MAX_BATCH_BYTES', integer(1_048_576, 134_217_728), '16777216', {
    unit: 'bytes from 1048576 to 134217728, decoded',
    reason: 'the 10,000 events that a batch may have, at 1.6 KiB each',
  }),
  maxInFlight: setting('MAX_IN_FLIGHT', integer(1, 1_000_000), '50000', {
    unit: 'events under way at once',
    reason: 'half of what the Kafka client queues, so that an outage is refused here and at once',
  }),
  maxInFlightBytes: setting('MAX_IN_FLIGHT_BYTES', integer(1_048_576, 4_294_967_296), '134217728', {
    unit: 'bytes of events under way at once, from 1048576',
    reason: 'bounds memory, whatever clients and Kafka do; the Kafka client holds as much again',
  }),
  metricsTenants: setting('METRICS_TENANTS', integer(0, 10_000), '200', {
    unit: 'tenants, 0 to 10000',
    reason:
      'the first ones that send have series of their own, all others share one: series cost memory wherever they are kept',
  }),
  ...tracingSettings,
  logLevel: setting('LOG_LEVEL', logLevel, 'info', {
    unit: 'debug, info, warn, error or silent',
    reason: 'debug writes one line a request',
  }),
} as const

export type IngestConfig = Config<typeof settings>

/** What is wrong between settings that are each right. */
export function problemsIn(config: IngestConfig): readonly string[] {
  const found = [...kafkaProblems(config)]
  const share = shareOf(config)
  if (Boolean(config.grpcCertFile) !== Boolean(config.grpcKeyFile))
    found.push('GRPC_TLS_CERT_FILE and GRPC_TLS_KEY_FILE go together')
  // Elsewhere SO_REUSEPORT gives all connections to one of those who share a port.
  if (config.workers > 1 && process.platform !== 'linux')
    found.push('INGEST_WORKERS must be 1: only Linux spreads connections over processes')
  if (share.maxInFlight < 1) found.push('MAX_IN_FLIGHT must be INGEST_WORKERS or more')
  if (share.maxInFlightBytes < 2 * config.maxBatchBytes)
    found.push(
      'MAX_IN_FLIGHT_BYTES must be twice MAX_BATCH_BYTES or more for each of INGEST_WORKERS: a batch is held while its events are under way',
    )
  return found
}

/** What one worker may have under way: all of them together, as much as the settings say. */
export const shareOf = ({ workers, maxInFlight, maxInFlightBytes }: IngestConfig) => ({
  maxInFlight: Math.floor(maxInFlight / workers),
  maxInFlightBytes: Math.floor(maxInFlightBytes / workers),
})
