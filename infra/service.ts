/** How each of Pulse's services is run, and what it is told by its environment. */
import { deadLetterTopic, processorGroup, rawTopic } from '../contracts/topics.ts'
import type { Launch } from './launch.ts'

export type ServiceName = 'ingest' | 'processor' | 'admin'
export type Environment = Readonly<Record<string, string>>

/** The tenants of development: two with the default quota, one without a limit for load. */
export const developmentTenants = { tenant_a: 'key_a', tenant_b: 'key_b' } as const
const loadTenant = 'tenant_load:key_load:unlimited'

export type Addresses = {
  readonly kafka: string
  readonly postgres: string
  readonly redis: string
  readonly ports: Readonly<Record<ServiceName, number>>
}

/** `ingestBundle` is what `bundleIngest` returned. Ingest runs on Node, the others on this Bun. */
export function serviceCommand(service: ServiceName, ingestBundle: string): Launch['command'] {
  return service === 'ingest'
    ? ['node', '--enable-source-maps', ingestBundle]
    : [process.execPath, `${service}/main.ts`]
}

/** Addresses for each service. Every other setting has its default, or the value that the user's environment has. */
export function serviceEnvironment(service: ServiceName, at: Addresses): Environment {
  const url = (name: ServiceName) => `http://127.0.0.1:${at.ports[name]}`
  const own = {
    [`${service.toUpperCase()}_PORT`]: String(at.ports[service]),
    KAFKA_RAW_TOPIC: rawTopic.name,
    KAFKA_DLQ_TOPIC: deadLetterTopic.name,
    KAFKA_GROUP: processorGroup,
  }
  switch (service) {
    case 'ingest':
      return { ...own, KAFKA_BROKERS: at.kafka, REDIS_URL: at.redis, API_KEYS: apiKeys() }
    case 'processor':
      return { ...own, KAFKA_BROKERS: at.kafka, DATABASE_URL: at.postgres }
    case 'admin':
      return {
        ...own,
        KAFKA_BROKERS: at.kafka,
        DATABASE_URL: at.postgres,
        INGEST_URL: url('ingest'),
        PROCESSOR_URL: url('processor'),
      }
  }
}

/** Where a service says that it can do its work. */
export function readyPath(service: ServiceName): string {
  return service === 'admin' ? '/admin/health' : '/ready'
}

function apiKeys(): string {
  const keys = Object.entries(developmentTenants).map(([tenant, key]) => `${tenant}:${key}`)
  return [...keys, loadTenant].join(',')
}
