/**
 * The Confluent Kafka client's native addon: in place and loadable in this Node, or brought there from the cache, the
 * project's prebuilt download, or a build from source, in this order. What was built goes into the cache, under a
 * key that names everything it depends on.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildAddon, downloadAddon } from './addon-build.mjs'
import { restoreAddon, storeAddon } from './addon-cache.mjs'
import { addonKey, lockLine } from './addon-key.mjs'
import { answerOf } from './run.mjs'
import { StepFailure } from './step.mjs'

const name = '@confluentinc/kafka-javascript'

export async function readyAddon({ root, logs, cache }, note) {
  const folder = join(root, 'node_modules', name)
  const loads = () =>
    answerOf(process.execPath, ['-e', `require('${name}')`], { cwd: root }) !== undefined
  const line = lockLine(readFileSync(join(root, 'bun.lock'), 'utf8'), name)
  const cached = join(cache, addonKey(line, platform()))
  if (loads()) {
    if (!existsSync(cached)) storeAddon(folder, cached)
    return { detail: 'in place' }
  }
  if (restoreAddon(cached, folder) && loads()) return { detail: 'from the cache' }

  const log = join(logs, 'addon.log')
  note('looking for a prebuilt download')
  const downloaded = (await downloadAddon(folder, log)) && loads()
  if (!downloaded) {
    note('compiling, about two minutes')
    await buildAddon(folder, log)
    if (!loads()) {
      const advice = `Try: node -e "require('${name}')"`
      throw new StepFailure('The addon was built, but Node cannot load it.', { log, advice })
    }
  }
  storeAddon(folder, cached)
  return { detail: downloaded ? 'downloaded' : 'compiled' }
}

function platform() {
  const { glibcVersionRuntime } = process.report.getReport().header
  return {
    modules: process.versions.modules,
    platform: process.platform,
    arch: process.arch,
    libc: glibcVersionRuntime ? `glibc-${glibcVersionRuntime}` : 'musl',
  }
}
