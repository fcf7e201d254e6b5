/** How to reach Kafka: brokers, TLS and SASL, the same settings in every process. */
import { readFileSync } from 'node:fs'
import { type } from 'arktype'
import { brokers, type Config, nonEmpty, onOff, optional, readableFile, setting } from './env.ts'

export const kafkaSettings = {
  brokers: setting('KAFKA_BROKERS', brokers, 'localhost:9092', {
    unit: 'a list of host:port, separated by commas',
    reason: 'where a Kafka of a developer listens',
  }),
  kafkaTls: setting('KAFKA_TLS', (text) => onOff(text), 'off', {
    unit: 'on or off',
    reason: 'a Kafka of a developer speaks plain text',
  }),
  kafkaCaFile: setting('KAFKA_TLS_CA_FILE', optional(readableFile), '', {
    unit: 'a readable PEM file',
    reason: "the brokers' certificate authority; none means the system's",
  }),
  kafkaCertFile: setting('KAFKA_TLS_CERT_FILE', optional(readableFile), '', {
    unit: 'a readable PEM file',
    reason: 'our certificate, for brokers that ask for one',
  }),
  kafkaKeyFile: setting('KAFKA_TLS_KEY_FILE', optional(readableFile), '', {
    unit: 'a readable PEM file',
    reason: 'the key of our certificate',
  }),
  saslMechanism: setting('KAFKA_SASL_MECHANISM', optional(mechanism), '', {
    unit: 'PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512',
    reason: 'none means that the brokers ask for no password',
  }),
  saslUsername: setting(
    'KAFKA_SASL_USERNAME',
    optional((text) => nonEmpty(text)),
    '',
    {
      unit: 'a user of the brokers',
      reason: 'goes with KAFKA_SASL_MECHANISM',
    },
  ),
  saslPassword: setting(
    'KAFKA_SASL_PASSWORD',
    optional((text) => nonEmpty(text)),
    '',
    {
      unit: 'that user’s password',
      reason: 'goes with KAFKA_SASL_MECHANISM',
      secret: true,
    },
  ),
} as const

type Given = Config<typeof kafkaSettings>
export type KafkaConnection = Pick<Given, 'brokers'> & Partial<Given>

function mechanism(text: string) {
  return type("'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'")(text)
}

/** What is wrong between the settings. */
export function kafkaProblems(config: KafkaConnection): readonly string[] {
  const problems: string[] = []
  if (config.saslMechanism && !(config.saslUsername && config.saslPassword))
    problems.push('KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD')
  if (!config.saslMechanism && (config.saslUsername || config.saslPassword))
    problems.push('KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD need KAFKA_SASL_MECHANISM')
  if (!config.kafkaTls && (config.kafkaCaFile || config.kafkaCertFile || config.kafkaKeyFile))
    problems.push('KAFKA_TLS_*_FILE need KAFKA_TLS=on')
  if (Boolean(config.kafkaCertFile) !== Boolean(config.kafkaKeyFile))
    problems.push('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE go together')
  return problems
}

/** The connection in librdkafka's words (its CONFIGURATION.md). */
export function librdkafkaConnection(config: KafkaConnection): Record<string, string> {
  const sasl = config.saslMechanism !== undefined
  const protocol = `${sasl ? 'sasl_' : ''}${config.kafkaTls ? 'ssl' : 'plaintext'}`
  const all = {
    'bootstrap.servers': config.brokers.join(','),
    'security.protocol': protocol,
    'ssl.ca.location': config.kafkaCaFile,
    'ssl.certificate.location': config.kafkaCertFile,
    'ssl.key.location': config.kafkaKeyFile,
    'sasl.mechanisms': config.saslMechanism,
    'sasl.username': config.saslUsername,
    'sasl.password': config.saslPassword,
  }
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** The connection as @platformatic/kafka takes it; reads the PEM files. */
export function platformaticConnection(config: KafkaConnection) {
  const pem = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path))
  const tls = withoutUndefined({
    ca: pem(config.kafkaCaFile),
    cert: pem(config.kafkaCertFile),
    key: pem(config.kafkaKeyFile),
  })
  return {
    bootstrapBrokers: [...config.brokers],
    ...(config.kafkaTls ? { tls } : {}),
    ...(config.saslMechanism && config.saslUsername && config.saslPassword
      ? {
          sasl: {
            mechanism: config.saslMechanism,
            username: config.saslUsername,
            password: config.saslPassword,
          },
        }
      : {}),
  }
}

const withoutUndefined = <T extends object>(object: T) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
