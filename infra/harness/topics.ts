/** Topics of its own for a test file: the contract's settings under fresh names. */
import { controlTopic, deadLetterTopic, rawTopic } from '../../contracts/topics.ts'
import { createTopics, deleteTopics } from '../topics.ts'
import { testAddresses } from './addresses.ts'

export type TestTopics = {
  readonly raw: string
  readonly dlq: string
  readonly control: string
  /** A consumer group that nobody else is in. */
  readonly group: string
  remove(): Promise<void>
}

/** `broker` is the run's own Kafka unless given. */
export async function freshTopics(broker = testAddresses().kafka): Promise<TestTopics> {
  const run = crypto.randomUUID().slice(0, 8)
  const raw = `${rawTopic.name}.${run}`
  const dlq = `${deadLetterTopic.name}.${run}`
  const control = `${controlTopic.name}.${run}`
  await createTopics(broker, [
    { ...rawTopic, name: raw },
    { ...deadLetterTopic, name: dlq },
    { ...controlTopic, name: control },
  ])
  const remove = () => deleteTopics(broker, [raw, dlq, control])
  return { raw, dlq, control, group: `test-${run}`, remove }
}
