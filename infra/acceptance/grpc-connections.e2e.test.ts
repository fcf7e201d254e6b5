/** How gRPC is reached: its health and reflection, TLS, its port, and the turns in which workers have its connections. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anEvent } from '../harness/builders.ts'
import { type GrpcClient, openGrpcClient, wireEvent } from '../harness/grpc-client.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { spawnService } from '../harness/service.ts'
import { until } from '../harness/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'pulse-grpc-'))
const [cert, key] = ['cert', 'key'].map((name) => join(folder, `${name}.pem`)) as [string, string]
const openssl = ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
let pulse: Pulse

beforeAll(async () => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const made = Bun.spawnSync([...openssl, '-nodes', '-keyout', key, '-out', cert, ...subject])
  expect(made.exitCode).toBe(0)
  pulse = await startPulse({
    ingest: {
      INGEST_WORKERS: '2',
      GRPC_TLS_CERT_FILE: cert,
      GRPC_TLS_KEY_FILE: key,
      LOG_LEVEL: 'debug',
    },
  })
  // One of the workers is ready before the other.
  for (const each of ['control loaded', 'kafka connected'])
    await until(`each worker says: ${each}`, () => {
      const said = pulse.ingest.lines().filter(({ msg }) => msg === each)
      // One may say it again: control that could not be followed for a moment is read anew.
      return new Set(said.map(({ pid }) => pid)).size === 2
    })
}, 90_000)
afterAll(async () => {
  await pulse?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Bun asks for no server by an address. */
const open = () =>
  openGrpcClient(pulse.ingest.grpc.replace('127.0.0.1', 'localhost'), { ca: readFileSync(cert) })
const publish = (client: GrpcClient) =>
  client.publish(wireEvent(anEvent(), { idempotency_key: crypto.randomUUID() }))

test('over TLS, connections go to the workers in turns', async () => {
  const clients = Array.from({ length: 6 }, open)
  for (const client of clients) await publish(client)
  const calls = pulse.ingest.lines().filter(({ route }) => route === '/pulse.v1.Events/Publish')
  const byWorker = Object.groupBy(calls, ({ pid }) => String(pid))
  expect(Object.values(byWorker).map((some) => some?.length)).toEqual([3, 3])
  for (const client of clients) client.close()
}, 60_000)

test('without TLS nobody is heard', async () => {
  const plain = openGrpcClient(pulse.ingest.grpc)
  await expect(publish(plain)).rejects.toMatchObject({ code: 14 })
  plain.close()
}, 60_000)

test('a worker that is killed takes its connections with it, and they come back to another', async () => {
  const clients = Array.from({ length: 4 }, open)
  for (const client of clients) await publish(client)
  const [victim] = pulse.ingest
    .lines()
    .filter(({ msg }) => msg === 'worker takes requests')
    .map(({ worker_pid }) => Number(worker_pid))
  process.kill(victim ?? 0, 'SIGKILL')
  for (const client of clients)
    await until('it is answered again', () => publish(client).catch(() => undefined), 30_000)
  for (const client of clients) client.close()
}, 90_000)

test('health is what /ready says, and reflection tells the services', async () => {
  const client = open()
  for (const service of ['', 'pulse.v1.Events'])
    await until('it serves', async () => (await client.health(service)) === 1)
  expect((await client.services()).sort()).toEqual(['grpc.health.v1.Health', 'pulse.v1.Events'])
  client.close()
  const alone = await spawnService('ingest', { KAFKA_BROKERS: 'localhost:1' })
  const unready = openGrpcClient(alone.grpc)
  expect(await unready.health('pulse.v1.Events')).toBe(2)
  unready.close()
  await alone.stop()
}, 90_000)

test('its port is refused to a second one, and off is off', async () => {
  const first = await spawnService('ingest', { KAFKA_BROKERS: 'localhost:1' })
  const [, port = ''] = first.grpc.split(':')
  const env = { KAFKA_BROKERS: 'localhost:1', GRPC_PORT: port }
  for (const INGEST_WORKERS of ['1', '2'])
    await expect(spawnService('ingest', { ...env, INGEST_WORKERS })).rejects.toThrow(
      /the port is taken/,
    )
  const without = await spawnService('ingest', { ...env, GRPC_PORT: 'off' })
  expect(without.grpc).toBe('')
  await Promise.all([first.stop(), without.stop()])
}, 90_000)
