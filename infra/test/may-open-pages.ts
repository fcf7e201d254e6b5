/** Whether tests need a browser: asked before they run, because to install one takes minutes, or a user who may. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bundle.ts'

/** `args` are those of `bun test`: flags, and files or parts of names, of which every test may be meant. */
export function mayOpenPages(args: readonly string[]): boolean {
  const names = args.filter((arg) => !arg.startsWith('-'))
  return names.length === 0 || names.some(opensPages)
}

function opensPages(name: string): boolean {
  const file = join(root, name)
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false
  return !isFile || readFileSync(file, 'utf8').includes('/harness/browser.ts')
}
