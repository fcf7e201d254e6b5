/** Keeps built addons outside the package, one folder a key. An entry appears whole or not at all. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Copies a cached build into the package folder; false when there is none. */
export function restoreAddon(cached, folder) {
  if (!existsSync(cached)) return false
  rmSync(join(folder, 'build'), { recursive: true, force: true })
  copyBuild(cached, join(folder, 'build'))
  return true
}

/** Stores the package folder's build: the addon, and librdkafka where it is a library of its own. */
export function storeAddon(folder, cached) {
  mkdirSync(dirname(cached), { recursive: true })
  const draft = mkdtempSync(`${cached}.`)
  copyBuild(join(folder, 'build'), draft)
  rmSync(cached, { recursive: true, force: true })
  try {
    renameSync(draft, cached)
  } catch {
    // Another process stored the same build in between; its copy is as good.
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Copies what runs of a build: the addon, and librdkafka where it is a library of its own. */
export function copyBuild(from, to) {
  for (const [folder, pattern] of [
    ['Release', /\.node$/],
    ['deps', /\.so\.\d+$|\.dylib$/],
  ]) {
    if (!existsSync(join(from, folder))) continue
    mkdirSync(join(to, folder), { recursive: true })
    for (const file of readdirSync(join(from, folder)).filter((file) => pattern.test(file))) {
      copyFileSync(join(from, folder, file), join(to, folder, file))
    }
  }
}
