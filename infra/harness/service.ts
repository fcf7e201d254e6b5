/**
 * Pulse's services as real processes for tests, on ports of nobody else. A service counts as started when its
 * log says that it listens, and at which URL; whether it is ready is for the test to ask. It ends with the test run.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tail } from '../bootstrap/step.mjs'
import { bundleIngest, root } from '../bundle.ts'
import { freePort } from '../free-port.ts'
import { launch, type Running } from '../launch.ts'
import { withoutServiceSettings } from '../plain-environment.ts'
import { processIdentity } from '../process-identity.ts'
import { type Environment, type ServiceName, serviceCommand } from '../service.ts'

export type Service = Running & {
  /** `host:port` of ingest's gRPC; '' where there is none. */
  readonly grpc: string
  /** Every JSON line that it has logged so far. */
  lines(): Record<string, unknown>[]
}

let folder: Folder | undefined
let bundle: Promise<string> | undefined
let count = 0

/** Spawns the service with exactly these settings, on a port of nobody else unless `env` says otherwise. */
export async function spawnService(name: ServiceName, env: Environment): Promise<Service> {
  folder ??= makeFolder()
  const log = join(folder.logs, `${name}-${++count}.log`)
  const script = name === 'ingest' ? await ingestBundle(folder.path) : ''
  const running = await launch({
    name,
    command: serviceCommand(name, script),
    cwd: root,
    env: {
      ...withoutServiceSettings(process.env),
      [`${name.toUpperCase()}_PORT`]: await portFor(env),
      ...(name === 'ingest' && { GRPC_PORT: '0' }),
      ...env,
    },
    log,
    ready: async () => listeningLine(log) !== undefined,
    readyWithinMs: 60_000,
  }).catch((error: Error) => {
    // The log goes with the test run; the error has to hold what matters of it.
    throw new Error([error.message, ...tail(log, 20)].join('\n'), { cause: error })
  })
  const { url, grpc = '' } = listeningLine(log) ?? {}
  return { ...running, url: String(url), grpc: String(grpc), lines: () => jsonLines(log) }
}

/**
 * Chosen by the system, or from outside the range that it chooses from: workers listen a while after their supervisor has
 * found the port, which the system could give to another test meanwhile.
 */
const portFor = async ({ INGEST_WORKERS = '1', INGEST_PORT }: Environment): Promise<string> =>
  INGEST_PORT ?? (INGEST_WORKERS === '1' ? '0' : String(await freePort()))

const prefix = 'pulse-services-'

/** Of a test process, which runs several files, each with modules of its own. */
type Folder = {
  readonly path: string
  /** Of this file. */
  readonly logs: string
}

/**
 * For logs and the bundle, which finds its packages beside it. A test run tells nobody when it ends, so each one
 * removes the folders of those that have.
 */
function makeFolder(): Folder {
  for (const name of readdirSync(tmpdir()).filter((name) => name.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length))
    if (!processIdentity(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
  const path = join(tmpdir(), `${prefix}${process.pid}`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const packages = join(path, 'node_modules')
  if (!existsSync(packages)) symlinkSync(join(root, 'node_modules'), packages)
  return { path, logs: mkdtempSync(join(path, 'logs-')) }
}

/** Made once in a process: its files test the same sources. */
function ingestBundle(into: string): Promise<string> {
  const made = join(into, 'main.js')
  bundle ??= existsSync(made) ? Promise.resolve(made) : bundleIngest(into, join(into, 'bundle.log'))
  return bundle
}

const listeningLine = (log: string) =>
  jsonLines(log).find(({ msg, url }) => msg === 'listening' && typeof url === 'string')

/** The lines that are whole JSON objects: the last one may still be being written, and a crash prints no JSON. */
function jsonLines(log: string): Record<string, unknown>[] {
  const lines = readFileSync(log, 'utf8').split('\n')
  return lines.flatMap((line) => {
    try {
      const value = JSON.parse(line)
      return value !== null && typeof value === 'object' ? [value] : []
    } catch {
      return []
    }
  })
}
