import { afterAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Producer } from '@platformatic/kafka'
import { aKey, aLimit, aTenant, recordOf } from '../../contracts/control-builders.ts'
import { type ControlState, entitiesIn, entityIn } from '../../contracts/control-state.ts'
import { testAddresses } from '../../infra/harness/addresses.ts'
import { writeTopic } from '../../infra/harness/kafka-log.ts'
import { freshTopics } from '../../infra/harness/topics.ts'
import { until } from '../../infra/harness/until.ts'
import { type Change, createKey, setLimit, setTenant } from './changes.ts'
import { openControlTopic } from './topic.ts'

const { kafka } = testAddresses()
const opened: (() => Promise<unknown>)[] = []
afterAll(() => Promise.all(opened.map((close) => close())))

/** A control topic of its own, and as many writers to it as are opened. */
async function aTopic() {
  const topics = await freshTopics()
  opened.push(() => topics.remove())
  const writer = (changeWithinMs?: number) => {
    const options = { brokers: [kafka], controlTopic: topics.control }
    const topic = openControlTopic(options, changeWithinMs)
    opened.push(() => topic.close())
    return topic
  }
  const topic = writer()
  await until('the topic has a leader', () => topic.read())
  return { name: topics.control, writer, ...topic }
}

const tenant = (id: string) => (state: ControlState) => setTenant(state, id, {})

test('what was published is read, by other readers too', async () => {
  const topic = await aTopic()
  expect((await topic.read()).state.size).toBe(0)
  const { change, state } = await topic.change(tenant('acme'))
  expect(change).toEqual({ is: 'publish', entities: [aTenant()] })
  expect([...state.values()]).toEqual([aTenant()])
  expect([...(await topic.writer().read()).state.values()]).toEqual([aTenant()])
})

test('nothing is written when nothing changes or the change is refused', async () => {
  const topic = await aTopic()
  await topic.change(tenant('acme'))
  expect((await topic.change(tenant('acme'))).change).toEqual({ is: 'nothing' })
  const refused = await topic.change((state) => setLimit(state, 'nobody', { events: 1 }))
  expect(refused.change.is).toBe('refused')
  expect([...(await topic.read()).state.values()]).toEqual([aTenant()])
})

test('writers at the same moment do not undo each other: every change is in, each one a version', async () => {
  const topic = await aTopic()
  await topic.change(tenant('acme'))
  const seen: number[] = []
  const raise = (state: ControlState): Change => {
    const known = entityIn(state, 'limit', 'acme')?.events_per_minute ?? 0
    return setLimit(state, 'acme', { events: Number(known) + 1 })
  }
  const limits = Array.from({ length: 5 }, async () => {
    const { change } = await topic.writer().change(raise)
    if (change.is === 'publish') seen.push(...change.entities.map(({ version }) => version))
  })
  const keys = ['a', 'b', 'c'].map((name) =>
    topic
      .writer()
      .change((state) =>
        createKey(state, 'acme', name, { hash: aKey(name).hash, now: new Date() }),
      ),
  )
  await Promise.all([...limits, ...keys])
  const { state } = await topic.read()
  expect(entityIn(state, 'limit', 'acme')).toEqual(aLimit({ version: 5, events_per_minute: 5 }))
  expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5])
  expect(
    entitiesIn(state, 'key')
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['a', 'b', 'c'])
}, 120_000)

test('who is shut out by another writer decides again, on what that one wrote', async () => {
  const topic = await aTopic()
  await topic.change(tenant('acme'))
  const decidedOn: unknown[] = []
  // The other's whole command lies within this one's first try.
  const { state } = await topic.writer(60_000).change((seen) => {
    decidedOn.push(entityIn(seen, 'tenant', 'acme')?.version)
    // Another process reads, decides and commits while this one is deciding.
    if (decidedOn.length === 1) control(topic.name, 'tenant', 'set', 'acme', '--disabled')
    return setTenant(seen, 'acme', { validation: 'strict' })
  })
  expect(decidedOn).toEqual([1, 2])
  const both = aTenant({ version: 3, validation: 'strict', disabled: true })
  expect(entityIn(state, 'tenant', 'acme')).toEqual(both)
  expect([...(await topic.read()).state.values()]).toEqual([both])
}, 120_000)

/** Runs the command, and waits for its end. */
function control(topic: string, ...args: string[]): void {
  const env = { ...process.env, KAFKA_BROKERS: kafka, KAFKA_CONTROL_TOPIC: topic }
  const command = [process.execPath, join(import.meta.dir, 'main.ts'), ...args]
  const { exitCode, stderr } = Bun.spawnSync(command, { env })
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`)
}

describe('beside what was written by hand', () => {
  test('a record that cannot be read is told and skipped, and null removes', async () => {
    const topic = await aTopic()
    await writeTopic(kafka, topic.name, [
      { key: 'tenant:bad', value: '{"kind":"tenant"' },
      { key: 'rule:r', value: '{"kind":"rule","version":1}' },
      { key: 'tenant:gone', value: JSON.stringify(aTenant({ id: 'gone' })) },
      { key: 'tenant:gone', value: null },
    ])
    await topic.change(tenant('acme'))
    const { state, skipped } = await topic.read()
    expect([...state.values()]).toEqual([aTenant()])
    expect(skipped).toEqual([
      { offset: 0, reason: 'its value is no JSON object' },
      { offset: 1, reason: 'its kind is unknown' },
    ])
  })

  test('an abandoned transaction is not read, and holds nobody up', async () => {
    const topic = await aTopic()
    await topic.change(tenant('acme'))
    const producer = new Producer({
      ...{ clientId: 'test', bootstrapBrokers: [kafka], acks: -1, idempotent: true },
      transactionalId: topic.name,
    })
    const transaction = await producer.beginTransaction({ producerId: -1n, producerEpoch: -1 })
    const { key, value } = recordOf(aTenant({ version: 2, disabled: true }))
    await transaction.send({
      messages: [{ topic: topic.name, partition: 0, key: key as Buffer, value: value as Buffer }],
    })
    await producer.close(true)
    expect(entityIn((await topic.read()).state, 'tenant', 'acme')?.version).toBe(1)
    await topic.change((state) => setTenant(state, 'acme', { validation: 'strict' }))
    expect(entityIn((await topic.read()).state, 'tenant', 'acme')).toEqual(
      aTenant({ version: 2, validation: 'strict' }),
    )
  })
})

describe('says what is wrong', () => {
  test('without the topic', async () => {
    const topic = openControlTopic({ brokers: [kafka], controlTopic: 'pulse.control.nowhere' })
    opened.push(() => topic.close())
    const words = 'there is no topic pulse.control.nowhere'
    await expect(topic.read()).rejects.toThrow(words)
    await expect(topic.change(tenant('acme'))).rejects.toThrow(words)
  })

  test('without Kafka', async () => {
    const topic = openControlTopic({ brokers: ['127.0.0.1:1'], controlTopic: 'pulse.control' })
    opened.push(() => topic.close())
    const words = 'Kafka at 127.0.0.1:1 did not do it: '
    await expect(topic.read()).rejects.toThrow(words)
    await expect(topic.change(tenant('acme'))).rejects.toThrow(words)
  })
})
