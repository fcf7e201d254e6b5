/**
 * The settings of the admin process. There is no sign-in yet, so that an address which others can reach is refused
 * where it is read, before anything opens.
 */
import { type } from 'arktype'
import { parseApiKeys } from '../contracts/api-keys.ts'
import { type Config, integer, logLevel, nonEmpty, port, setting } from '../contracts/env.ts'
import { kafkaSettings } from '../contracts/kafka-connection.ts'
import { postgresSettings } from '../contracts/postgres-connection.ts'
import { controlTopic, processorGroup, rawTopic } from '../contracts/topics.ts'

const loopback = type(/^(localhost|127(\.\d{1,3}){3}|::1)$/)
const hostName = type(/^[a-z0-9.-]{1,253}$/)
const address = type('string.url').narrow((text) => /^https?:\/\//.test(text))
const hostNames = (text: string): readonly string[] | type.errors =>
  hostName.array()(text.split(',').flatMap((name) => name.trim().toLowerCase() || []))

export const settings = {
  host: setting('ADMIN_HOST', (text) => loopback(text), '127.0.0.1', {
    unit: 'a loopback address (127.0.0.1, ::1 or localhost), because there is no sign-in yet',
    reason: 'without sign-in only this machine may look',
  }),
  port: setting('ADMIN_PORT', port, '8081', {
    unit: 'a TCP port, 0 for a free one',
    reason: 'the port of the pages and the admin API in seed 000',
  }),
  hosts: setting('ADMIN_HOSTS', hostNames, ',', {
    unit: 'host names separated by commas',
    reason: 'names besides the loopback ones by which a browser may ask (DNS rebinding)',
  }),
  ...postgresSettings,
  statementTimeoutMs: setting('ADMIN_STATEMENT_TIMEOUT_MS', integer(50, 60_000), '3000', {
    unit: 'milliseconds, 50 to 60000',
    reason: 'a page that takes longer is no answer, and must not load the store',
  }),
  ...kafkaSettings,
  rawTopic: setting('KAFKA_RAW_TOPIC', (text) => nonEmpty(text), rawTopic.name, {
    unit: 'a topic name',
    reason: 'the topic that the conservation law is about',
  }),
  controlTopic: setting('KAFKA_CONTROL_TOPIC', (text) => nonEmpty(text), controlTopic.name, {
    unit: 'a topic name',
    reason: 'where the keys are with which producers ask what became of their events',
  }),
  apiKeys: setting('API_KEYS', (text) => (text === '' ? [] : parseApiKeys(text)), '', {
    unit: 'as for ingest',
    reason: 'who may produce with them may ask with them',
    secret: true,
  }),
  group: setting('KAFKA_GROUP', (text) => nonEmpty(text), processorGroup, {
    unit: 'a consumer group',
    reason: 'the group whose commits are shown beside the count',
  }),
  ingestUrl: setting('INGEST_URL', (text) => address(text), 'http://127.0.0.1:8080', {
    unit: 'an http:// or https:// URL',
    reason: 'whose /ready and /metrics are asked',
  }),
  processorUrl: setting('PROCESSOR_URL', (text) => address(text), 'http://127.0.0.1:8082', {
    unit: 'an http:// or https:// URL',
    reason: 'whose /ready and /metrics are asked',
  }),
  probeMs: setting('ADMIN_PROBE_MS', integer(50, 30_000), '1000', {
    unit: 'milliseconds, 50 to 30000',
    reason: 'what has not answered by then is down for a person who waits for a page',
  }),
  logLevel: setting('LOG_LEVEL', (text) => logLevel(text), 'info', {
    unit: 'debug, info, warn, error or silent',
    reason: 'one line a request is info',
  }),
}

export type AdminConfig = Config<typeof settings>
