import { expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './bundle.ts'

const pages = [
  join(root, 'README.md'),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, 'docs', name)),
].map((file) => ({ file, text: readFileSync(file, 'utf8') }))

test('no page has a place that is still to be filled in', () => {
  expect(pages.filter(({ text }) => /@@\w+@@|\bTODO\b|\bTBD\b/.test(text))).toEqual([])
})

test('what a page links to in the clone is there', () => {
  const broken = pages.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\(([^)#:\s]+)(#[^)]*)?\)/g)]
      .map(([, path]) => join(dirname(file), String(path)))
      .filter((path) => !existsSync(path)),
  )
  expect(broken).toEqual([])
})
