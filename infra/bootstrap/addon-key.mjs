/** Names a built addon by everything it depends on. Pure. */
import { createHash } from 'node:crypto'

/** The cache entry's name: changes with the package's version and integrity, Node's ABI, and the platform. */
export function addonKey(line, { modules, platform, arch, libc }) {
  const hash = createHash('sha256').update([line, modules, platform, arch, libc].join('\n'))
  return `addon-${hash.digest('hex').slice(0, 32)}`
}

/** The line of `bun.lock` that resolves a package, which holds its version and integrity. */
export function lockLine(lock, name) {
  const line = lock.split('\n').find((text) => text.trim().startsWith(`"${name}": [`))
  if (!line) throw new Error(`bun.lock does not resolve ${name}`)
  return line.trim()
}
