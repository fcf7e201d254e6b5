/**
 * Reads `pulse.control` from its first record to its end at the time of the call, as far as it is committed. A commit
 * that Kafka has promised shows in the log a moment later: that moment is waited for, and a writer that decides no longer.
 * Bounded by `readDeadlineMs` and by what the topic holds: compaction leaves one record an entity.
 */
import { openCommittedLog } from '../../contracts/committed-log.ts'
import type { ControlRecord } from '../../contracts/control-state.ts'
import { type KafkaConnection, platformaticConnection } from '../../contracts/kafka-connection.ts'
import { noControlTopic } from '../../contracts/topics.ts'
import { Unavailable } from '../outage.ts'

export type ControlReader = {
  /** Every committed record, in the order of the log. Throws Unavailable, or what the client throws. */
  read(): Promise<readonly ControlRecord[]>
  close(): Promise<void>
}

export type ControlTopicOptions = KafkaConnection & { readonly controlTopic: string }

const readDeadlineMs = 10_000
/** How long a transaction may be under way that is waited for. */
const undecidedMs = 2_000

/** What every client of control says of itself and of its patience. */
export const clientOptions = (options: KafkaConnection) => ({
  clientId: 'pulse-control',
  ...platformaticConnection(options),
  connectTimeout: 3000,
  timeout: 5000,
  retries: 2,
  retryDelay: 100,
  autocreateTopics: false,
})

export function openReader(options: ControlTopicOptions): ControlReader {
  const topic = options.controlTopic
  const log = openCommittedLog({ ...clientOptions(options), maxWaitTime: 100 }, topic)

  return {
    async read() {
      const deadline = performance.now() + readDeadlineMs
      if ((await log.look()) === undefined) throw new Unavailable(noControlTopic(topic))
      const undecidedUntil = performance.now() + undecidedMs
      const end = await log.offset('end')
      let committed = await log.offset('committed')
      let next = await log.offset('start')
      const records: ControlRecord[] = []
      while (next < end) {
        if (next >= committed && performance.now() > undecidedUntil) break
        if (performance.now() > deadline) throw new Unavailable(`Kafka gives ${topic} too slowly`)
        const fetched = await log.from(next)
        records.push(...fetched.records)
        next = fetched.next
        if (next >= committed) committed = await log.offset('committed')
      }
      return records
    },
    close: () => log.close(),
  }
}
