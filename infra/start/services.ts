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
  services,
} from '../service.ts'

/** A service, or another instance of the processor, `processor-2`. */
type Instance = { readonly name: string; readonly service: ServiceName; readonly port: number }

function instancesAt(ports: Addresses['ports']): Instance[] {
  return Object.entries(ports).flatMap(([name, port]) => {
    const service = services.find((each) => name === each || name.startsWith(`${each}-`))
    return service === undefined ? [] : [{ name, service, port }]
  })
}

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
  const starting = instancesAt(at.ports).map((instance) =>
    steps.run(instance.name, async () => {
      const running = await startInstance(instance, bundle, at, environment, logs, spawned)
      return { result: running, detail: running.url }
    }),
  )
  // All of them, even when one fails: nothing is still starting when the failure is told.
  await Promise.allSettled(starting)
  return Promise.all(starting)
}

async function startInstance(
  { name, service, port }: Instance,
  bundle: string,
  at: Addresses,
  environment: Inherited,
  logs: string,
  spawned: (process: Launched) => void,
): Promise<Running> {
  const url = `http://127.0.0.1:${port}`
  const running = await launch({
    name,
    command: serviceCommand(service, bundle),
    cwd: root,
    env: { ...environment, ...serviceEnvironment(service, at, port) },
    log: join(logs, `${name}.log`),
    advice: `Its settings are in ${service}/settings.ts; LOG_LEVEL=debug npm start says more.`,
    port,
    ready: async () =>
      (await fetch(url + readyPath(service), { signal: AbortSignal.timeout(2_000) })).ok,
    spawned,
  })
  return { ...running, url }
}
