/** The servers that `bench ingest` compares, each a process of its own on Node: Pulse's ingest, and those in `contenders/`. */
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bundle.ts'
import { freePort } from '../free-port.ts'
import { launch } from '../launch.ts'
import { developmentApiKeys } from '../service.ts'
import type { Front } from './front.ts'
import type { Place } from './place.ts'
import { readyBundle, startService } from './pulse.ts'

/** A file of `contenders/`. */
export type Script = 'bare' | 'acked' | 'alone' | 'team/main'

/** A server under the name of its process. */
export type Door = { readonly name: string; readonly url: string }

/** Pulse's ingest, with gRPC at a URL of its own. */
export type PulseDoor = Door & { readonly grpc: string }

/** Bundles a script for Node, and returns the command that runs it with these options as JSON. */
export async function nodeCommand(
  { dir }: Pick<Place, 'dir'>,
  script: Script,
  options: object,
): Promise<[string, ...string[]]> {
  const outdir = join(dir, 'contenders')
  if (mkdirSync(outdir, { recursive: true }) !== undefined)
    symlinkSync(join(root, 'node_modules'), join(outdir, 'node_modules'))
  const entry = join(import.meta.dirname, 'contenders', `${script}.ts`)
  const built = await Bun.build({
    ...{ entrypoints: [entry], outdir, target: 'node', packages: 'external' },
    naming: `${script.replace('/', '-')}.js`,
  })
  return ['node', built.outputs[0]?.path ?? '', JSON.stringify(options)]
}

/** Starts a server of `contenders/` under a name. */
export async function startDoor(
  place: Place,
  name: string,
  script: Script,
  options: object,
): Promise<Door> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await launch({
    name,
    command: await nodeCommand(place, script, { ...options, port }),
    cwd: place.dir,
    log: join(place.logs, `${name}.log`),
    port,
    ready: async () => (await fetch(url)).ok,
    spawned: place.spawned,
  })
  return { name, url }
}

/** Starts Pulse's ingest with every setting at its default, as `ingest`. */
export async function startIngest(place: Place, { kafka, redis }: Front): Promise<PulseDoor> {
  const ports = {
    ...{ ingest: await freePort(), grpc: await freePort() },
    ...{ processor: await freePort(), admin: await freePort() },
  }
  const bundle = await readyBundle(place)
  await startService(
    'ingest',
    bundle,
    { kafka, redis, ports, apiKeys: developmentApiKeys() },
    place,
  )
  const url = (port: number) => `http://127.0.0.1:${port}`
  return { name: 'ingest', url: url(ports.ingest), grpc: url(ports.grpc) }
}
