/**
 * Reads `pulse.control` from its first record and follows it.
 * Promises: while Kafka answers, what was committed is told within a second; a topic that comes into being is found; one
 * that was recreated, or that has lost the offset it was read at, is read anew from its first record. It never gives up.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { KafkaConnection } from '../contracts/kafka-connection.ts'
import { reasonOf } from '../contracts/reason.ts'
import { noControlTopic } from '../contracts/topics.ts'
import type { ControlFeed } from './control.ts'
import { type ControlClient, openControlClient } from './control-client.ts'

export type ControlReader = {
  /** Resolves when its client is closed. */
  close(): Promise<void>
}

/** How often it is asked what has come. */
const pollMs = 250
/** How often it is asked whether the topic is still the one that is read. */
const lookMs = 2000
/** After something went wrong, and while there is no topic. */
const againMs = 500

export function openControlReader(
  options: KafkaConnection & { readonly controlTopic: string },
  feed: ControlFeed,
): ControlReader {
  let closing = false
  const goesOn = () => !closing

  const run = async () => {
    while (goesOn()) {
      try {
        const client = await openControlClient(options)
        await follow(client, options.controlTopic, feed, goesOn)
        await client.close()
      } catch (err) {
        feed.troubled(reasonOf(err))
        await pause(againMs)
      }
    }
  }
  const running = run()
  return {
    close() {
      closing = true
      return running
    },
  }
}

async function follow(
  client: ControlClient,
  topic: string,
  feed: ControlFeed,
  goesOn: () => boolean,
): Promise<void> {
  let readingId: string | undefined
  let lookAt = 0
  while (goesOn()) {
    try {
      if (performance.now() >= lookAt) {
        const id = await client.topicId()
        if (id === undefined) throw new Error(noControlTopic(topic))
        if (id !== readingId) {
          client.rewind()
          feed.begun()
          readingId = id
        }
        lookAt = performance.now() + lookMs
      }
      const { records, atEnd } = await client.take()
      feed.records(records)
      if (atEnd) feed.caughtUp()
      if (records.length === 0) await pause(pollMs)
    } catch (err) {
      // Whatever it was, the next reading begins at the first record: that costs little, and leaves nothing out.
      readingId = undefined
      lookAt = 0
      feed.troubled(reasonOf(err))
      await pause(againMs)
    }
  }
}
