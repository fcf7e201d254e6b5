/**
 * Changes `pulse.control`.
 * Promises: a change is decided on the state that its records are written behind. Every writer begins a transaction
 * under the one name, by which Kafka shuts out whoever began before: from the reading to the commit nobody else can
 * have written. Who is shut out reads and decides again. `change` resolves once Kafka has committed. Bounded by
 * `changeWithinMs`: no try begins after it.
 */
import { setTimeout as pause } from 'node:timers/promises'
import {
  type API,
  addPartitionsToTxnV3,
  type Callback,
  kGetApi,
  Producer,
} from '@platformatic/kafka'
import { type ControlEntity, controlKeyOf } from '../../contracts/control.ts'
import {
  type ControlState,
  emptyControl,
  type Folded,
  foldControl,
} from '../../contracts/control-state.ts'
import { reasonOf } from '../../contracts/reason.ts'
import { noControlTopic } from '../../contracts/topics.ts'
import { Unavailable } from '../outage.ts'
import type { Change } from './changes.ts'
import { type ControlTopicOptions, clientOptions, openReader } from './read.ts'

export type ControlTopic = {
  /** What is committed now, and what of it could not be read. Throws Unavailable. */
  read(): Promise<Folded>
  /** Publishes what `decide` says; it is asked again when another writer came between. Throws Unavailable. */
  change(decide: (state: ControlState) => Change): Promise<Changed>
  close(): Promise<void>
}

/** What was decided, and the state that has it. */
export type Changed = { readonly change: Change; readonly state: ControlState }

/** Writers that shut each other out spread over a time that grows until there is room for a whole try. */
const pauseMs = (tries: number, random: number): number =>
  50 + random * Math.min(100 * 2 ** tries, 3200)

/** Asks for a new epoch under the name, whoever has it now. */
const anyEpoch = { producerId: -1n, producerEpoch: -1 }

export function openControlTopic(
  options: ControlTopicOptions,
  changeWithinMs = 15_000,
): ControlTopic {
  const topic = options.controlTopic
  const reader = openReader(options)

  const readState = async () => foldControl(emptyControl, await reader.read())

  /** `uncertain` is what an earlier try wrote without learning whether it was committed. */
  const attempt = async (decide: (state: ControlState) => Change, uncertain: Uncertain) => {
    const writer = { idempotent: true, acks: -1, transactionalId: topic }
    const producer = new ControlProducer({ ...clientOptions(options), ...writer })
    producer.on('error', () => undefined) // every call reports its own failure
    try {
      const transaction = await producer.beginTransaction(anyEpoch)
      // Now the earlier try is either among the committed records or aborted for good.
      const records = await reader.read()
      const { state } = foldControl(emptyControl, records)
      const { written } = uncertain
      if (written && records.some(({ offset }) => offset === written.offset))
        return { change: written.change, state }
      uncertain.written = undefined
      const change = decide(state)
      if (change.is !== 'publish') return { change, state }
      const messages = change.entities.map((entity) => messageOf(topic, entity))
      const { offsets } = await transaction.send({ messages })
      uncertain.written = { change, offset: Number(offsets?.[0]?.offset) }
      await transaction.commit()
      return { change, state: withEntities(state, change.entities) }
    } finally {
      await producer.close(true).catch(() => undefined)
    }
  }

  return {
    read: () => readState().catch((error) => fail(options, error)),

    async change(decide) {
      const deadline = performance.now() + changeWithinMs
      const uncertain: Uncertain = {}
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(decide, uncertain)
        } catch (error) {
          if (!uncertain.written && !isNotNow(error)) fail(options, error)
          const waitMs = pauseMs(tries, Math.random())
          if (performance.now() + waitMs > deadline)
            throw new Unavailable(uncertain.written ? notConfirmed(error) : noTurn(error))
          await pause(waitMs)
        }
      }
    },

    close: () => reader.close(),
  }
}

/**
 * Asks for a transaction's partitions as a client may. The package takes the newest version of that call, which is for
 * brokers: where Kafka has access rules, it asks for the right to act as one.
 */
class ControlProducer extends Producer {
  override [kGetApi]<Request extends unknown[], Response>(
    name: string,
    callback: Callback<API<Request, Response>>,
  ): void {
    if (name === 'AddPartitionsToTxn') callback(null, addPartitionsToTxnV3.api as never)
    else super[kGetApi](name, callback)
  }
}

/** The change, and where its first record is. */
type Uncertain = { written?: { readonly change: Change; readonly offset: number } | undefined }

const messageOf = (topic: string, entity: ControlEntity) => ({
  topic,
  partition: 0,
  key: Buffer.from(controlKeyOf(entity)),
  value: Buffer.from(JSON.stringify(entity)),
})

const withEntities = (state: ControlState, entities: readonly ControlEntity[]): ControlState =>
  new Map([...state, ...entities.map((entity) => [controlKeyOf(entity), entity] as const)])

/** What Kafka says to a writer behind whom another one began, and to one that has to wait for its turn. */
const notNow = new Set([
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
])

const isNotNow = (error: unknown): boolean => kafkaNames(error).some((name) => notNow.has(name))

/** Kafka's names of an error and of those that it wraps. */
function kafkaNames(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return []
  const { apiId, errors, cause } = error as { apiId?: unknown; errors?: unknown; cause?: unknown }
  const inner = [...(Array.isArray(errors) ? errors : []), cause].flatMap(kafkaNames)
  return typeof apiId === 'string' ? [apiId, ...inner] : inner
}

function fail({ controlTopic, brokers }: ControlTopicOptions, error: unknown): never {
  if (error instanceof Unavailable) throw error
  if (/^Unknown topic/.test((error as Error).message))
    throw new Unavailable(noControlTopic(controlTopic))
  throw new Unavailable(`Kafka at ${brokers.join()} did not do it: ${reasonOf(error)}`)
}

const noTurn = (error: unknown): string =>
  `Kafka did not give this change its turn, and nothing has changed: ${reasonOf(error)}`

const notConfirmed = (error: unknown): string =>
  `Kafka has not confirmed it, and it may be in force or not; \`bun run control\` shows it: ${reasonOf(error)}`
