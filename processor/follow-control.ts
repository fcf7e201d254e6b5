/**
 * Follows `pulse.control` for what it says of processors. Promises: while Kafka answers, a change is told within two
 * seconds of its commit; what cannot be read leaves in force what was; a topic that was recreated is read anew.
 */
import { openCommittedLog } from '../contracts/committed-log.ts'
import { type ControlState, emptyControl, foldControl } from '../contracts/control-state.ts'
import { type KafkaConnection, platformaticConnection } from '../contracts/kafka-connection.ts'
import type { Log } from '../contracts/log.ts'
import { reasonOf } from '../contracts/reason.ts'
import { noControlTopic } from '../contracts/topics.ts'
import { pause } from './backoff.ts'

export type ControlFeed = {
  /** All that control says now. */
  known(state: ControlState): void
  /** It cannot be read, or not yet. */
  unknown(): void
}

const pollMs = 1000
const againMs = 1000
/** How long the first reading is waited for, before work begins without it. */
const firstReadingMs = 8000
/** How often it is asked whether the topic is still the one that is read. */
const lookMs = 5000

/** Resolves when the signal is given. */
export async function followControl(
  options: KafkaConnection & { readonly controlTopic: string },
  feed: ControlFeed,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let trouble: string | undefined
  let isKnown = false
  const givenUpAt = performance.now() + firstReadingMs
  while (!signal.aborted) {
    try {
      await readAndFollow(options, signal, (state) => {
        if (trouble !== undefined) log.info({}, 'control is read again')
        trouble = undefined
        isKnown = true
        feed.known(state)
      })
    } catch (err) {
      // A start beside Kafka's own is no reason to overlook a pause.
      if (isKnown || performance.now() > givenUpAt) feed.unknown()
      if (trouble === undefined) log.warn({ err }, 'control cannot be read: trying again')
      trouble = reasonOf(err)
      await pause(againMs, signal)
    }
  }
}

/** Until the signal is given or the topic is another one; rejects with whatever goes wrong. */
async function readAndFollow(
  options: KafkaConnection & { readonly controlTopic: string },
  signal: AbortSignal,
  known: (state: ControlState) => void,
): Promise<void> {
  const topic = options.controlTopic
  const patience = { connectTimeout: 3000, timeout: 5000, retries: 1, autocreateTopics: false }
  const log = openCommittedLog(
    {
      ...{ clientId: 'pulse-processor-control', ...platformaticConnection(options) },
      ...{ ...patience, maxWaitTime: pollMs },
    },
    topic,
  )
  try {
    const reading = await log.look()
    if (reading === undefined) throw new Error(noControlTopic(topic))
    const committed = await log.offset('committed')
    let next = await log.offset('start')
    let state = emptyControl
    let lookAt = performance.now() + lookMs
    if (next >= committed) known(state)
    while (!signal.aborted) {
      const before = next
      const fetched = await log.from(next)
      next = fetched.next
      state = foldControl(state, fetched.records).state
      if (next > before && next >= committed) known(state)
      if (performance.now() < lookAt) continue
      if ((await log.look())?.topicId !== reading.topicId) return
      lookAt = performance.now() + lookMs
    }
  } finally {
    await log.close().catch(() => undefined)
  }
}
