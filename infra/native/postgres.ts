/**
 * PostgreSQL from the system's packages, or with the server programs in `bin`; on loopback only, with a cluster and a
 * password of its own. Commits are durable unless `durable` is false, which is for data that is thrown away.
 */
import { launch, type Running } from '../launch.ts'
import { postgresSettings } from '../server-settings.ts'
import { withSql } from '../sql.ts'
import { findPostgres, readyCluster, serverUser } from './postgres-cluster.ts'
import { untilLetGo } from './postgres-remains.ts'
import type { ServerOptions } from './server.ts'

/** Debian packages that are missing for `startPostgres`. */
export function postgresPackages(): string[] {
  return findPostgres() ? [] : ['postgresql']
}

/** `url` names a superuser and the database `postgres`. */
export async function startPostgres(
  options: ServerOptions & { durable?: boolean; bin?: string | undefined },
): Promise<Running & { readonly data: string }> {
  const { dir, port, log, durable = true, spawned } = options
  const { bin, data, password } = await readyCluster(dir, log, options.bin)
  await untilLetGo(data)
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    ...postgresSettings,
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...options.settings,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const url = `postgres://pulse:${password}@127.0.0.1:${port}/postgres`
  const process = await launch({
    name: 'postgres',
    command: [`${bin}/postgres`, '-D', data, ...args],
    user: serverUser(),
    cwd: '/',
    log,
    advice: 'If its data is damaged, `npm run reset` begins with none.',
    port,
    ready: options.ready ?? (() => withSql(url, async (sql) => (await sql`select 1`).length === 1)),
    // SIGINT is its fast shutdown: it ends sessions and writes a checkpoint. SIGTERM would wait for clients.
    stopSignal: 'SIGINT',
    ...(spawned && { spawned }),
  })
  return { ...process, url, data }
}
