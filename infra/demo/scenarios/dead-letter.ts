/** Scenario 3 of seed 003: what is no event is kept, with the reason, and nothing waits for it. */
import { writeTopic } from '../../harness/kafka-log.ts'
import { ask, type Json, processorMetrics, type ShownPulse } from '../shown-pulse.ts'
import type { Stage } from '../stage.ts'

export async function deadLetter(pulse: ShownPulse, stage: Stage): Promise<void> {
  await stage.heading('Scenario 3: the dead letter queue')
  const redis = new Bun.RedisClient(pulse.redis)
  try {
    await brokenJson(pulse, stage, redis)
  } finally {
    redis.close()
  }
}

async function brokenJson(pulse: ShownPulse, stage: Stage, redis: Bun.RedisClient): Promise<void> {
  const before = await deadLettersCounted(pulse)
  // No event can have this in it twice: the letter is recognised by it.
  const broken = `{"invalid": "json", "demo": "${crypto.randomUUID()}"`
  stage.say(`straight into Kafka, past the front door: ${broken}`)
  await writeTopic(pulse.kafka, pulse.rawTopic, [{ key: 'demo', value: broken }])

  await stage.check(
    'there is a dead letter, byte for byte, with the reason',
    async () => {
      const { deadLetters } = (await ask(pulse, '/admin/dlq/sample', { limit: '20' })).body
      return deadLetters.find((each: Json) => JSON.stringify(each).includes(quoted(broken)))
    },
    ({ reason }) => reason,
  )
  const entry = await stage.check(
    'the list in Redis has it: LINDEX dlq:events 0',
    async () => {
      // All of it: others may have added theirs meanwhile.
      const entries = (await redis.lrange('dlq:events', 0, -1)).map((entry) => JSON.parse(entry))
      return entries.find(({ originalData }) => originalData === broken)
    },
    () => 'in the words of seed 003',
  )
  if (entry) stage.show(JSON.stringify(entry, null, 2))
  await stage.check(
    'the metric dlq_entries_total has moved',
    async () => {
      const now = await deadLettersCounted(pulse)
      return now > before && [before, now]
    },
    ([was, is]) => `from ${was} to ${is}`,
  )
}

const deadLettersCounted = async (pulse: ShownPulse): Promise<number> =>
  (await processorMetrics(pulse)).get('dlq_entries_total') ?? 0

const quoted = (text: string): string => JSON.stringify(text).slice(1, -1)
