/**
 * Bundles ingest for Node, which runs it: its two V8 addons do not load in Bun. The bundle
 * finds them in a `node_modules` beside it or above it.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runLogged } from './bootstrap/run.mjs'

export const root = resolve(import.meta.dirname, '..')

/** Writes the bundle to `folder` and returns its path. */
export async function bundleIngest(folder: string, log: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const external = ['uWebSockets.js', '@confluentinc/kafka-javascript']
  await runLogged(
    process.execPath,
    [
      ...['build', 'ingest/main.ts', '--target=node', '--format=esm', '--sourcemap=linked'],
      ...external.flatMap((name) => ['--external', name]),
      // Puts constants where they are used: as variables of the module they cost the loops over bytes a quarter more.
      ...['--minify-syntax', '--outdir', folder],
    ],
    { cwd: root, log },
  )
  return join(folder, 'main.js')
}
