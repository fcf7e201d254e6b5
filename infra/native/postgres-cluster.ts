/**
 * A Postgres cluster's place on disk: which server programs, whose files, which folder. Postgres refuses to run as
 * root, so root hands it to the user `postgres`, and moves the data where that user can reach it when it cannot reach
 * the wanted folder (a clone under /root is closed to it).
 */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { isExecutable, runLogged, which } from '../bootstrap/run.mjs'
import { StepFailure } from '../bootstrap/step.mjs'
import { asUser } from '../launch.ts'

export type Cluster = { readonly bin: string; readonly data: string; readonly password: string }

/**
 * The cluster of `dir`, made at the first call. `dir` keeps its password, and where the data is. The server programs are
 * those of `given`, else the system's.
 */
export async function readyCluster(dir: string, log: string, given?: string): Promise<Cluster> {
  mkdirSync(dir, { recursive: true })
  const data = join(reachableFolder(dir), 'data')
  const made = existsSync(join(data, 'PG_VERSION'))
  const version = made ? readFileSync(join(data, 'PG_VERSION'), 'utf8').trim() : undefined
  const bin = given ?? findPostgres(version)
  if (!bin) {
    throw new StepFailure(`The data in ${data} needs PostgreSQL ${version ?? ''}.`, {
      advice: 'Install that version, or `npm run reset` to begin with an empty database.',
    })
  }
  const secret = join(dir, 'password')
  if (!made) {
    writeFileSync(secret, crypto.randomUUID().replaceAll('-', ''), { mode: 0o600 })
    await makeCluster(bin, data, readFileSync(secret, 'utf8'), log)
  }
  return { bin, data, password: readFileSync(secret, 'utf8') }
}

/** Where packages put server programs, a folder for each major version: Debian, Homebrew, the RPMs of the project. */
const packaged = [
  { parent: '/usr/lib/postgresql', name: /^(\d+)$/ },
  { parent: '/opt/homebrew/opt', name: /^postgresql@(\d+)$/ },
  { parent: '/usr/local/opt', name: /^postgresql@(\d+)$/ },
  { parent: '/usr', name: /^pgsql-(\d+)$/ },
]

/** The folder of the server programs: of this major version, else the newest there is. */
export function findPostgres(version?: string): string | undefined {
  const installed = packaged
    .flatMap(({ parent, name }) => versionsIn(parent, name))
    .filter((found) => isExecutable(join(found.bin, 'initdb')))
    .sort((a, b) => b.major - a.major)
  const wanted = installed.find(({ major }) => version === undefined || major === Number(version))
  const onPath = which('initdb')
  return wanted?.bin ?? (onPath && dirname(onPath))
}

function versionsIn(parent: string, name: RegExp): { major: number; bin: string }[] {
  const names = existsSync(parent) ? readdirSync(parent) : []
  return names.flatMap((folder) => {
    const major = name.exec(folder)?.[1]
    return major ? [{ major: Number(major), bin: join(parent, folder, 'bin') }] : []
  })
}

/** The user that the server runs as, when it can't be this one. */
export function serverUser(): 'postgres' | undefined {
  return process.getuid?.() === 0 ? 'postgres' : undefined
}

/** `dir`, or for a server user who cannot reach it a folder whose name `dir` keeps. Made, and owned by that user. */
function reachableFolder(dir: string): string {
  if (!serverUser()) return dir
  const made = pointedTo(dir)
  if (made) {
    claimElsewhere(dir, made)
    return made
  }
  const owned = join(dir, 'cluster')
  if (own(owned)) return owned
  rmSync(owned, { recursive: true })
  const elsewhere = join('/var/lib/postgresql', `pulse-${crypto.randomUUID().slice(0, 8)}`)
  if (!own(elsewhere))
    throw new StepFailure(`The user postgres can reach neither ${dir} nor ${elsewhere}.`)
  writeFileSync(join(dir, 'elsewhere'), elsewhere)
  claimElsewhere(dir, elsewhere)
  return elsewhere
}

/** Removes a cluster, also where its data is elsewhere. Throws as `claimElsewhere` does, and removes nothing then. */
export function removeCluster(dir: string): void {
  const elsewhere = claimCluster(dir)
  if (elsewhere) rmSync(elsewhere, { recursive: true, force: true })
  rmSync(dir, { recursive: true, force: true })
}

/** Where the data of `dir` is when it is elsewhere; throws as `claimElsewhere` does. */
export function claimCluster(dir: string): string | undefined {
  const elsewhere = pointedTo(dir)
  // Root deletes what a file names: only what `reachableFolder` could have written there.
  if (!elsewhere || !/^\/var\/lib\/postgresql\/pulse-[0-9a-f]{8}$/.test(elsewhere)) return undefined
  claimElsewhere(dir, elsewhere)
  return elsewhere
}

function pointedTo(dir: string): string | undefined {
  const pointer = join(dir, 'elsewhere')
  return existsSync(pointer) ? readFileSync(pointer, 'utf8') : undefined
}

/**
 * A copied clone points to the data of its original. So the data names the folder that it belongs to: another one gets a
 * StepFailure, unless that folder points to this data no more, because the clone was moved.
 */
export function claimElsewhere(dir: string, elsewhere: string): void {
  if (!existsSync(elsewhere)) return
  const name = join(elsewhere, 'belongs-to')
  const me = realpathSync(dir)
  const owner = existsSync(name) ? readFileSync(name, 'utf8') : undefined
  if (owner === me) return
  if (owner !== undefined && pointedTo(owner) === elsewhere) {
    throw new StepFailure(`The database in ${elsewhere} belongs to ${owner}, not to this copy.`, {
      advice: `To begin with an empty one here: rm -r ${dir}`,
    })
  }
  rmSync(name, { force: true })
  writeFileSync(name, me, { flag: 'wx' })
}

function own(folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  spawnSync('chown', ['postgres:postgres', folder])
  const [program, ...args] = asServerUser('test', '-w', folder)
  return spawnSync(program, args, { cwd: '/' }).status === 0
}

async function makeCluster(
  bin: string,
  data: string,
  password: string,
  log: string,
): Promise<void> {
  const draft = `${data}.draft`
  const secret = `${draft}.password`
  rmSync(draft, { recursive: true, force: true })
  writeFileSync(secret, password, { mode: 0o600 })
  if (serverUser()) spawnSync('chown', ['postgres:postgres', secret])
  // macOS has no C.UTF-8.
  const locale = process.platform === 'darwin' ? 'C' : 'C.UTF-8'
  const [program, ...args] = asServerUser(
    `${bin}/initdb`,
    ...['-D', draft, '-U', 'pulse', '--auth=scram-sha-256'],
    ...['--pwfile', secret, '--encoding=UTF8', `--locale=${locale}`, '--no-sync'],
  )
  try {
    await runLogged(program, args, { log, cwd: '/' })
    renameSync(draft, data)
  } finally {
    rmSync(secret, { force: true })
  }
}

function asServerUser(...command: [string, ...string[]]): [string, ...string[]] {
  const user = serverUser()
  return [...(user ? asUser(user) : []), ...command] as [string, ...string[]]
}
