import { rawTopic } from '../../../contracts/topics.ts'
import { anEvent, aRecordValue, without } from '../../harness/builders.ts'
import { writeTopic } from '../../harness/kafka-log.ts'
import type { Fault } from '../fault.ts'
import { kill } from '../kill.ts'

const recordsOfPartition = 1000

export const poisonEverywhere: Fault = {
  name: 'poison-everywhere',
  about:
    'the processor gets kill -9; 1,000 bad records, half of them of the year 2199, are put into each partition; it starts',
  holdMs: 0,
  recoversFrom: 'heal',
  async apply(target) {
    await kill(target, 'processor')
    for (let partition = 0; partition < rawTopic.partitions; partition++)
      await writeTopic(target.kafka, target.topics.raw, poison(), partition)
  },
  heal: (target) => target.start('processor'),
}

const poison = () =>
  Array.from({ length: recordsOfPartition }, (_, at) => {
    const bad = { event: without(anEvent(), 'event_type') }
    const late = { receivedAt: '2199-01-01T00:00:00.000Z' }
    return { key: 'poison', value: aRecordValue(at % 2 === 0 ? bad : late).toString() }
  })
