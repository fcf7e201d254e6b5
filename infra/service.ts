/** How each of Pulse's services is run, and what it is told by its environment. */
import { controlTopic, deadLetterTopic, processorGroup, rawTopic } from '../contracts/topics.ts'
import { bun } from './bun.ts'
import type { Launch } from './launch.ts'

export const services = ['ingest', 'processor', 'admin'] as const
export type ServiceName = (typeof services)[number]
export type Environment = Readonly<Record<string, string>>

/** The tenants of development: two with the default quota, one without a limit for load. */
export const developmentTenants = { tenant_a: 'key_a', tenant_b: 'key_b' } as const
const loadTenant = 'tenant_load:key_load:unlimited'

export type Addresses = {
  /** Undefined for a part that the user's environment points to. */
  readonly kafka?: string | undefined
  readonly postgres?: string | undefined
  readonly redis?: string | undefined
  readonly ports: Readonly<Record<ServiceName, number>> & {
    /** Of ingest; none where it is left out. */
    readonly grpc?: number
  }
  /** API keys in the words of API_KEYS; undefined when the user's environment has them. */
  readonly apiKeys?: string | undefined
}

/**
 * What Node is told where it runs ingest: to say in errors where the source is, and to collect when what has lived for a while
 * has doubled. Left alone, V8 lets the first garbage under load grow to several times that. The Dockerfile says the same.
 */
export const ingestNode = ['--enable-source-maps', '--heap-growing-percent=100'] as const

/** `ingestBundle` is what `bundleIngest` returned. Ingest runs on Node, the others on this Bun. */
export function serviceCommand(service: ServiceName, ingestBundle: string): Launch['command'] {
  return service === 'ingest'
    ? ['node', ...ingestNode, ingestBundle]
    : [...bun, `${service}/main.ts`]
}

/**
 * What Bun's collector takes for the size of the machine: left alone it lets garbage grow with the memory that there is.
 * An environment that says otherwise is heard. The Dockerfile says the same.
 */
export const processorMemory = { BUN_JSC_forceRAMSize: String(512 * 1024 * 1024) } as const

/** Addresses for each service, which itself listens on `port`. Every other setting has its default, or the value that the user's environment has. */
export function serviceEnvironment(
  service: ServiceName,
  at: Addresses,
  port = at.ports[service],
): Environment {
  const url = (name: ServiceName) => `http://127.0.0.1:${at.ports[name]}`
  const kafka = at.kafka && {
    KAFKA_BROKERS: at.kafka,
    KAFKA_RAW_TOPIC: rawTopic.name,
    KAFKA_DLQ_TOPIC: deadLetterTopic.name,
    KAFKA_CONTROL_TOPIC: controlTopic.name,
    KAFKA_GROUP: processorGroup,
  }
  const own = { [`${service.toUpperCase()}_PORT`]: String(port), ...kafka }
  const postgres = at.postgres && { DATABASE_URL: at.postgres }
  const redis = at.redis && { REDIS_URL: at.redis }
  switch (service) {
    case 'ingest':
      return {
        ...own,
        ...redis,
        GRPC_PORT: String(at.ports.grpc ?? 'off'),
        ...(at.apiKeys && { API_KEYS: at.apiKeys }),
      }
    case 'processor':
      return { ...own, ...postgres, ...redis, ...processorMemory, ...given('BUN_JSC_forceRAMSize') }
    case 'admin':
      return {
        ...own,
        ...postgres,
        ...(at.apiKeys && { API_KEYS: at.apiKeys }),
        INGEST_URL: url('ingest'),
        PROCESSOR_URL: url('processor'),
      }
  }
}

function given(name: string): Environment {
  const value = process.env[name]
  return value === undefined ? {} : { [name]: value }
}

/** Topics and a group that are not those of the contract. */
export type StackNames = {
  readonly raw: string
  readonly dlq: string
  readonly control: string
  readonly group: string
}

/** For services, and commands, that share a Kafka with other stacks. */
export const stackEnvironment = (brokers: string, names: StackNames): Environment => ({
  KAFKA_BROKERS: brokers,
  KAFKA_RAW_TOPIC: names.raw,
  KAFKA_DLQ_TOPIC: names.dlq,
  KAFKA_CONTROL_TOPIC: names.control,
  KAFKA_GROUP: names.group,
})

/** Where a service says that it can do its work. */
export function readyPath(service: ServiceName): string {
  return service === 'admin' ? '/admin/health' : '/ready'
}

/** The keys of development in the words of API_KEYS. */
export function developmentApiKeys(): string {
  const keys = Object.entries(developmentTenants).map(([tenant, key]) => `${tenant}:${key}`)
  return [...keys, loadTenant].join(',')
}
