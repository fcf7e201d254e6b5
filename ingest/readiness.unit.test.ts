import { expect, test } from 'bun:test'
import { makeReadiness } from './readiness.ts'

const answers = async () => {}
const refuses = (why: string) => async () => {
  throw new Error(why)
}
const readinessWith = (given: Partial<Parameters<typeof makeReadiness>[0]> = {}) =>
  makeReadiness({
    kafka: answers,
    redis: answers,
    control: control({}),
    draining: () => false,
    ...given,
  })
const control = (state: unknown, trouble?: string) => ({
  state: () => state,
  trouble: () => trouble,
})

test('with Kafka and Redis there, events can be taken', async () => {
  expect(await readinessWith()()).toEqual({
    ready: true,
    up: { kafka: true, redis: true, control: true },
    body: { status: 'ready', degraded: [], reasons: [] },
  })
})

test('without Redis events can be taken, and it is said', async () => {
  expect(await readinessWith({ redis: refuses('gone') })()).toEqual({
    ready: true,
    up: { kafka: true, redis: false, control: true },
    body: { status: 'ready', degraded: ['redis'], reasons: [] },
  })
})

test('without Kafka they cannot, and the reason is Kafka’s own', async () => {
  expect(await readinessWith({ kafka: refuses('no brokers') })()).toEqual({
    ready: false,
    up: { kafka: false, redis: true, control: true },
    body: { status: 'not ready', degraded: [], reasons: ['kafka: no brokers'] },
  })
})

test('before control is loaded they cannot, and it is said why', async () => {
  expect(await readinessWith({ control: control(undefined, 'no topic') })()).toEqual({
    ready: false,
    up: { kafka: true, redis: true, control: false },
    body: { status: 'not ready', degraded: [], reasons: ['control: no topic'] },
  })
})

test('with control as it was they can, and it is said', async () => {
  expect(await readinessWith({ control: control({}, 'no topic') })()).toEqual({
    ready: true,
    up: { kafka: true, redis: true, control: false },
    body: { status: 'ready', degraded: ['control'], reasons: [] },
  })
})

test('while draining they cannot', async () => {
  expect(await readinessWith({ draining: () => true })()).toMatchObject({
    ready: false,
    body: { reasons: ['draining'] },
  })
})

test('everything that is wrong is told at once', async () => {
  const readiness = readinessWith({
    kafka: refuses('no brokers'),
    redis: refuses('gone'),
    draining: () => true,
  })
  expect((await readiness()).body).toEqual({
    status: 'not ready',
    degraded: ['redis'],
    reasons: ['draining', 'kafka: no brokers'],
  })
})

test('a hundred who ask at once cause one measurement', async () => {
  let asked = 0
  const readiness = readinessWith({
    kafka: async () => {
      asked++
    },
  })
  const all = await Promise.all(Array.from({ length: 100 }, readiness))
  expect(asked).toBe(1)
  expect(all.every(({ ready }) => ready)).toBe(true)
})

test('who asks later is told what is so then', async () => {
  let isUp = false
  const readiness = readinessWith({ kafka: () => (isUp ? answers() : refuses('down')()) })
  expect((await readiness()).ready).toBe(false)
  isUp = true
  expect((await readiness()).ready).toBe(true)
})

test('draining that begins while the probes are under way is told', async () => {
  const kafka = Promise.withResolvers<void>()
  let isDraining = false
  const asked = readinessWith({ kafka: () => kafka.promise, draining: () => isDraining })()
  isDraining = true
  kafka.resolve()
  expect((await asked).ready).toBe(false)
})
