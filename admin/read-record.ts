/**
 * Reads one record where it lies in Kafka, for its key and headers: the table has only its value. Each question opens a
 * connection of its own and closes it. Bound: what one fetch brings, 8 MiB or the one batch that is larger.
 */
import { openCommittedLog } from '../contracts/committed-log.ts'
import type { KafkaConnection } from '../contracts/kafka-connection.ts'
import type { Coordinates, RecordInKafka } from '../views/record-facts.ts'
import { clientOptions } from './control/read.ts'
import { Unavailable } from './outage.ts'

export type ReadRecord = (at: Coordinates) => Promise<RecordInKafka>

export function makeReadRecord(
  config: KafkaConnection & { readonly rawTopic: string },
): ReadRecord {
  return async ({ topicId, partition, offset }) => {
    const options = { ...clientOptions(config), maxWaitTime: 100, retries: 0 }
    const log = openCommittedLog(options, config.rawTopic, partition)
    try {
      const found = await log.look()
      if (found?.topicId !== topicId) throw new Unavailable('Its topic is not there any more')
      if (offset < Number(await log.offset('start')))
        throw new Unavailable('Kafka does not have it any more')
      const { records } = await log.from(BigInt(offset))
      const record = records.find((one) => one.offset === offset)
      if (record === undefined) throw new Unavailable('Kafka does not have it any more')
      return {
        key: record.key?.toString('utf8') ?? null,
        headers: record.headers.map(([name, value]) => [textOf(name), textOf(value)] as const),
      }
    } finally {
      await log.close()
    }
  }
}

const textOf = (bytes: Buffer | null): string => bytes?.toString('utf8') ?? ''
