import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bundle.ts'
import { adviceFor } from './debian.mjs'
import { diskProblem, folderProblem, nodeProblem } from './requirements.mjs'

const releases: [version: string, modules: string, works: boolean][] = [
  ['18.20.8', '108', false],
  ['20.11.1', '115', false],
  ['20.12.0', '115', true],
  ['20.20.2', '115', true],
  ['21.7.3', '120', false],
  ['22.0.0', '127', true],
  ['22.21.0', '127', true],
  ['23.11.1', '131', true],
  ['24.4.0', '137', false],
]

for (const [version, modules, works] of releases) {
  test(`Node ${version} ${works ? 'works' : 'is refused with the versions that work'}`, () => {
    const problem = nodeProblem(version, modules)
    expect(problem === undefined).toBe(works)
    if (problem) expect(`${problem.message} ${problem.advice}`).toMatch(/Node .* nvm install 22/)
  })

  test(`engines in package.json agree on Node ${version}`, () => {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(Bun.semver.satisfies(version, engines.node)).toBe(works)
  })
}

test('uWebSockets.js has a binary for each Node that is let through', () => {
  const files = readdirSync(join(root, 'node_modules', 'uWebSockets.js'))
  const built = files.flatMap((name) => /^uws_linux_x64_(\d+)/.exec(name)?.[1] ?? [])
  for (const modules of ['115', '127', '131']) expect(built).toContain(modules)
})

test('less than 1 GiB of room is refused with how much there is', () => {
  expect(diskProblem('/p', 1024 ** 3)).toBeUndefined()
  expect(diskProblem('/p', 1024 ** 3 - 1)?.message).toBe(
    'Only 1023 MiB are free where /p is; Pulse wants 1 GiB.',
  )
  expect(diskProblem('/p', 0)?.advice).toContain('df -h')
})

test('a folder of another user is refused with the command that gives it back', () => {
  expect(folderProblem('/p/.pulse', 'EACCES')).toEqual({
    message: 'This user may not write in /p/.pulse (EACCES).',
    advice: 'Run: sudo chown -R "$(id -un)" /p/.pulse',
  })
})

test('what is missing is one command to run, in the words of the system', () => {
  const names = ['postgresql', 'redis-server', 'default-jre-headless', 'maven']
  expect(adviceFor(names, 'apt-get')).toBe(
    'Run: sudo apt-get install -y --no-install-recommends postgresql redis-server default-jre-headless maven',
  )
  expect(adviceFor(names, 'brew')).toBe(
    'Run: brew install postgresql@16 redis openjdk@17 maven && export PATH="$(brew --prefix openjdk@17)/bin:$PATH"',
  )
  expect(adviceFor(['redis-server'], 'brew')).toBe('Run: brew install redis')
  expect(adviceFor(names, undefined)).toStartWith('Install what Debian calls: postgresql redis')
})
