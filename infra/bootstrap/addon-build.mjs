/** Gets the addon the way the package's own install script does: a prebuilt download, or a build from source. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPackages, missingPackages } from './debian.mjs'
import { runLogged, which } from './run.mjs'

/** What librdkafka links to and node-gyp runs, by Debian's names. */
const needed = [
  ...['g++', 'make', 'python3', 'libssl-dev', 'zlib1g-dev', 'libzstd-dev'],
  ...['libcurl4-openssl-dev', 'libsasl2-dev', 'liblz4-dev'],
]

/** True when the project's prebuilt binary could be downloaded. */
export async function downloadAddon(folder, log) {
  const args = [preGyp(folder), 'install']
  return runLogged(process.execPath, args, { cwd: folder, env: buildEnv(), log }).then(
    () => true,
    () => false,
  )
}

/** Compiles librdkafka and the addon; needs a compiler and the headers above. */
export async function buildAddon(folder, log) {
  if (which('dpkg-query')) await installPackages(missingPackages(needed), { log })
  await runLogged(process.execPath, [preGyp(folder), 'install', '--build-from-source'], {
    cwd: folder,
    env: buildEnv(),
    log,
    advice: `A build needs what Debian calls: ${needed.join(' ')}`,
  })
}

const preGyp = (folder) =>
  join(folder, '..', '..', '@mapbox', 'node-pre-gyp', 'bin', 'node-pre-gyp')

function buildEnv() {
  const env = { ...process.env, CKJS_LINKING: 'dynamic' }
  // librdkafka's Makefile races on config.h when it runs in parallel.
  for (const name of ['MAKEFLAGS', 'JOBS', 'npm_config_jobs']) delete env[name]
  const headers = headersPrefix()
  if (headers) env.npm_config_nodedir = headers
  const gyp = nodeGyp()
  if (gyp) env.npm_config_node_gyp = gyp
  return env
}

/** The prefix that holds this Node's own headers, which saves their download. */
function headersPrefix() {
  const own = dirname(dirname(realpathSync(process.execPath)))
  const major = `NODE_MAJOR_VERSION ${process.versions.node.split('.')[0]}\n`
  return [own, '/usr', '/usr/local'].find((prefix) => {
    const header = join(prefix, 'include', 'node', 'node_version.h')
    return (
      existsSync(join(dirname(header), 'node.h')) && readFileSync(header, 'utf8').includes(major)
    )
  })
}

/** npm's bundled node-gyp; node-pre-gyp looks for it where older npm versions kept it. */
function nodeGyp() {
  const npm = which('npm')
  if (!npm) return undefined
  const file = join(realpathSync(npm), '..', '..', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js')
  return existsSync(file) ? file : undefined
}

// In an image: node infra/bootstrap/addon-build.mjs <folder of the package>
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAddon(process.argv[2], '/dev/stderr')
}
