import { expect, test } from 'bun:test'
import { composeCommand, projectOf } from './compose.ts'
import { judgeDocker } from './engine.ts'

const ok = { ok: true, said: '28.0' }
const failed = (said: string) => ({ ok: false, said })
const why = (...asked: Parameters<typeof judgeDocker>) => {
  const docker = judgeDocker(...asked)
  return docker.answers ? 'answers' : docker.why
}

test('Docker is used when its engine and Compose both answer, and else says which does not', () => {
  expect(why(ok, ok)).toBe('answers')
  expect(why(undefined, undefined)).toBe('there is no docker command.')
  expect(why(failed('Cannot connect to the Docker daemon'), ok)).toBe('no Docker engine answers.')
  expect(why(failed(''), failed(''))).toBe('no Docker engine answers.')
  expect(why(failed('permission denied while trying to connect'), ok)).toBe(
    'this user may not talk to its engine.',
  )
  expect(why(ok, failed("docker: 'compose' is not a docker command."))).toBe(
    'the Compose plugin is missing.',
  )
})

test('two clones have projects, and so volumes, of their own', () => {
  expect(projectOf('/home/a/pulse')).not.toBe(projectOf('/home/b/pulse'))
  expect(composeCommand({ project: 'pulse-1' }, ['stop']).join(' ')).toEndWith(
    'infra/compose.yml stop',
  )
})
