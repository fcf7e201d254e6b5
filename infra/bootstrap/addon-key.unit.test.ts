import { expect, test } from 'bun:test'
import { addonKey, lockLine } from './addon-key.mjs'

const line =
  '"@confluentinc/kafka-javascript": ["@confluentinc/kafka-javascript@1.10.1", "", {}, "sha512-A"],'
const here = { modules: '115', platform: 'linux', arch: 'x64', libc: 'glibc-2.36' }

test('the same package on the same platform has the same key', () => {
  expect(addonKey(line, here)).toBe(addonKey(line, { ...here }))
})

test.each([
  ['another version of the package', line.replace('1.10.1', '1.10.2'), here],
  ["another ABI of Node's", line, { ...here, modules: '127' }],
  ['another processor', line, { ...here, arch: 'arm64' }],
  ['another C library', line, { ...here, libc: 'musl' }],
])('%s has another key', (_what, otherLine, platform) => {
  expect(addonKey(otherLine, platform)).not.toBe(addonKey(line, here))
})

test('the line is the one that resolves the package, not the one that asks for it', () => {
  const lock = `"dependencies": {\n "@confluentinc/kafka-javascript": "1.10.1",\n},\n    ${line}\n`
  expect(lockLine(lock, '@confluentinc/kafka-javascript')).toBe(line)
})

test('a lock without the package is an error', () => {
  expect(() => lockLine('{}', 'x')).toThrow('does not resolve x')
})
