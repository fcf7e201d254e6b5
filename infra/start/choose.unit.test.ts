import { expect, test } from 'bun:test'
import type { Part } from '../parts.ts'
import { choose, type Docker, dockerMatters, whyNoSamples } from './choose.ts'

const yes: Docker = { answers: true }
const no: Docker = { answers: false, why: 'no engine answers.', advice: 'Start it.' }
const none: Part[] = []
const all: Part[] = ['kafka', 'postgres', 'redis']

const table: [given: Part[], forced: string | undefined, docker: Docker, sources: string][] = [
  [none, undefined, yes, 'docker docker docker'],
  [none, '', yes, 'docker docker docker'],
  [none, undefined, no, 'native native native'],
  [none, 'native', yes, 'native native native'],
  [none, 'native', no, 'native native native'],
  [none, 'docker', yes, 'docker docker docker'],
  [['kafka'], undefined, yes, 'given docker docker'],
  [['kafka'], undefined, no, 'given native native'],
  [['postgres'], 'native', yes, 'native given native'],
  [['redis'], 'docker', yes, 'docker docker given'],
  [['postgres', 'redis'], undefined, no, 'native given given'],
  [all, undefined, yes, 'given given given'],
  [all, 'docker', no, 'given given given'],
  [all, 'native', no, 'given given given'],
]

for (const [given, forced, docker, sources] of table) {
  const about = `${given.join('+') || 'nothing'} given, PULSE_INFRA=${forced}, Docker ${docker.answers}`
  test(`${about}: ${sources}`, () => {
    const [kafka, postgres, redis] = sources.split(' ')
    expect(choose(new Set(given), forced, docker) as unknown).toEqual({
      ok: true,
      from: { kafka, postgres, redis },
    })
  })
}

test('Docker that is forced and does not answer is refused with the reason', () => {
  expect(choose(new Set(['redis']), 'docker', no)).toEqual({
    ok: false,
    message: 'PULSE_INFRA=docker is asked for, but no engine answers.',
    advice: 'Start it.',
  })
})

test('a PULSE_INFRA that nobody knows is refused', () => {
  expect(choose(new Set(), 'podman', yes)).toMatchObject({
    ok: false,
    message: "PULSE_INFRA must be docker or native, not 'podman'.",
  })
})

test('Docker is asked only when its answer could change something', () => {
  expect(dockerMatters(new Set(), undefined)).toBe(true)
  expect(dockerMatters(new Set(), 'native')).toBe(false)
  expect(dockerMatters(new Set(all), 'docker')).toBe(false)
})

test('samples go only into what the start brought up itself, under its own keys', () => {
  const own = { kafka: 'docker', postgres: 'docker', redis: 'docker' } as const
  expect(whyNoSamples(own, true)).toBeUndefined()
  expect(whyNoSamples(own, false)).toContain('API_KEYS was given')
  expect(whyNoSamples({ ...own, redis: 'given' }, true)).toStartWith('left out: redis was given')
  const two = { ...own, kafka: 'given', redis: 'given' } as const
  expect(whyNoSamples(two, true)).toStartWith('left out: kafka and redis were given')
})
