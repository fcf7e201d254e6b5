import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { controlTopic, deadLetterTopic, rawTopic } from '../contracts/topics.ts'
import { runLogged } from './bootstrap/run.mjs'
import { ensureDatabase } from './database.ts'
import { freePort } from './free-port.ts'
import { testAddresses } from './harness/addresses.ts'
import { anEvent } from './harness/builders.ts'
import { openGrpcClient, wireEvent } from './harness/grpc-client.ts'
import { post } from './harness/pulse.ts'
import { until } from './harness/until.ts'
import { layOutBun, layOutIngest } from './image.ts'
import { type Launched, launch } from './launch.ts'
import { withoutServiceSettings } from './plain-environment.ts'
import { ingestNode } from './service.ts'
import { withSql } from './sql.ts'
import { deleteTopics } from './topics.ts'

const run = crypto.randomUUID().slice(0, 8)
const at = testAddresses()
const folder = mkdtempSync(join(tmpdir(), 'pulse-image-'))
const log = join(folder, 'all.log')
const raw = `${rawTopic.name}.${run}`
const dlq = `${deadLetterTopic.name}.${run}`
const control = `${controlTopic.name}.${run}`
const running: Launched[] = []

afterAll(async () => {
  for (const process of running.reverse()) await process.stop()
  await deleteTopics(at.kafka, [raw, dlq, control])
  await withSql(
    at.postgres,
    (sql) => sql`drop database if exists ${sql(`image_${run}`)} with (force)`,
  )
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

test('what the images hold is enough to prepare, take an event, store it and show it', async () => {
  const ports = { ingest: await freePort(), processor: await freePort(), admin: await freePort() }
  const grpcPort = await freePort()
  const url = (name: keyof typeof ports) => `http://127.0.0.1:${ports[name]}`
  const env = {
    ...withoutServiceSettings(process.env),
    NODE_ENV: 'production',
    KAFKA_BROKERS: at.kafka,
    KAFKA_RAW_TOPIC: raw,
    KAFKA_DLQ_TOPIC: dlq,
    KAFKA_CONTROL_TOPIC: control,
    KAFKA_GROUP: `image-${run}`,
    DATABASE_URL: await ensureDatabase(at.postgres, `image_${run}`),
    REDIS_URL: at.redis,
    API_KEYS: 'tenant_a:key_a',
    INGEST_PORT: String(ports.ingest),
    GRPC_PORT: String(grpcPort),
    PROCESSOR_PORT: String(ports.processor),
    ADMIN_PORT: String(ports.admin),
    INGEST_URL: url('ingest'),
    PROCESSOR_URL: url('processor'),
  }
  const [ingest, bun] = [join(folder, 'ingest'), join(folder, 'bun')]
  await layOutIngest(ingest, log)
  layOutBun(bun)
  for (const step of ['infra/migrate.ts', 'infra/topics.ts'])
    await runLogged(process.execPath, [step], { cwd: bun, env, log })

  const start = async (
    name: keyof typeof ports,
    cwd: string,
    command: [string, ...string[]],
    path: string,
  ) =>
    running.push(
      await launch({
        ...{ name, command, cwd, env, log },
        ready: async () => (await fetch(url(name) + path)).ok,
      }),
    )
  await Promise.all([
    start('ingest', ingest, ['node', ...ingestNode, 'main.js'], '/ready'),
    start('processor', bun, [process.execPath, 'processor/main.ts'], '/ready'),
  ])
  await start('admin', bun, [process.execPath, 'admin/main.ts'], '/admin/health')

  const page = await (await fetch(`${url('ingest')}/docs`)).text()
  const assets = [...page.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, path]) => path)
  expect(assets).toHaveLength(4)
  for (const path of assets) expect((await fetch(`${url('ingest')}${path}`)).status).toBe(200)
  expect((await post(`${url('ingest')}/events`, anEvent(), {})).status).toBe(202)
  const grpc = openGrpcClient(`127.0.0.1:${grpcPort}`)
  await until('gRPC serves', async () => (await grpc.health('pulse.v1.Events')) === 1)
  expect(await grpc.services()).toContain('pulse.v1.Events')
  await grpc.publish(wireEvent(anEvent(), { idempotency_key: `grpc-${run}` }))
  grpc.close()
  await until('both events are stored', async () => {
    const rows = await withSql(env.DATABASE_URL, (sql) => sql`select 1 from events`)
    return rows.length === 2
  })
  expect(await (await fetch(`${url('admin')}/`)).text()).toContain('<html')
}, 120_000)

test('the images hold no development packages, and Bun none of the addons', () => {
  const inBun = readdirSync(join(folder, 'bun', 'node_modules'))
  expect(inBun.filter((name) => /biome|typescript|uws|confluent|swagger/i.test(name))).toEqual([])
  expect(existsSync(join(folder, 'ingest', 'node_modules', 'typescript'))).toBe(false)
  expect(readdirSync(join(folder, 'ingest', 'node_modules', '@uwsjs'))).toHaveLength(1)
  expect(inBun).not.toContain('grpc-health-check')
})
