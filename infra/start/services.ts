/** Brings up ingest, processor and admin, each until it says that it is ready. */
import { join } from 'node:path'
import type { Steps } from '../bootstrap/step.mjs'
import { bundleIngest, root } from '../bundle.ts'
import { type Launched, launch, type Running } from '../launch.ts'
import {
  type Addresses,
  readyPath,
  type ServiceName,
  serviceCommand,
  serviceEnvironment,
} from '../service.ts'

const services = ['ingest', 'processor', 'admin'] as const

/** What the services inherit: the user's environment, less what would lead them astray. */
type Inherited = Readonly<Record<string, string | undefined>>

export async function startServices(
  at: Addresses,
  environment: Inherited,
  logs: string,
  steps: Steps,
  spawned: (process: Launched) => void,
): Promise<Running[]> {
  const bundle = await steps.run('bundle', async () => {
    const folder = join(root, '.pulse', 'build')
    return {
      result: await bundleIngest(folder, join(logs, 'bundle.log')),
      detail: 'ingest for Node',
    }
  })
  const starting = services.map((service) =>
    steps.run(service, async () => {
      const running = await startService(service, bundle, at, environment, logs, spawned)
      return { result: running, detail: running.url }
    }),
  )
  // All of them, even when one fails: nothing is still starting when the failure is told.
  await Promise.allSettled(starting)
  return Promise.all(starting)
}

async function startService(
  service: ServiceName,
  bundle: string,
  at: Addresses,
  environment: Inherited,
  logs: string,
  spawned: (process: Launched) => void,
): Promise<Running> {
  const url = `http://127.0.0.1:${at.ports[service]}`
  const running = await launch({
    name: service,
    command: serviceCommand(service, bundle),
    cwd: root,
    env: { ...environment, ...serviceEnvironment(service, at) },
    log: join(logs, `${service}.log`),
    advice: `Its settings are in ${service}/settings.ts; LOG_LEVEL=debug npm start says more.`,
    port: at.ports[service],
    ready: async () =>
      (await fetch(url + readyPath(service), { signal: AbortSignal.timeout(2_000) })).ok,
    spawned,
  })
  return { ...running, url }
}
