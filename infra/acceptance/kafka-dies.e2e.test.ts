import { afterAll, beforeAll, expect, test } from 'bun:test'
import { audit, clean, countsClose } from '../harness/audit.ts'
import { anEvent } from '../harness/builders.ts'
import { ownKafka } from '../harness/own-kafka.ts'
import { produceFrom } from '../harness/producers.ts'
import { type Pulse, readyOf, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'

const kafka = await ownKafka()
let pulse: Pulse
beforeAll(async () => {
  await kafka.start()
  pulse = await startPulse({ at: { kafka: kafka.url } })
}, 90_000)
afterAll(async () => {
  await pulse?.stop()
  await kafka.remove()
}, 30_000)

test('Kafka killed under load: refusals say when to come back, and nothing accepted is lost', async () => {
  const producers = produceFrom(pulse.ingest.url, 3000)
  await until('some events are accepted', () => producers.accepted.length > 500, 60_000)
  await kafka.kill()
  await until('ingest says that it is not ready', async () => {
    const response = await fetch(`${pulse.ingest.url}/ready`)
    return response.status === 503
  })
  const refused = await pulse.post(anEvent())
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
  await until(
    'the processor says that it is not ready',
    async () => {
      const { status } = await readyOf(pulse.processor.url)
      return status === 'not ready'
    },
    30_000,
  )

  await kafka.start()
  await producers.done
  expect(producers.accepted).toHaveLength(3000)
  // The refused event may be in as well: that is what a 503 says.
  const found = await audit(pulse.sql, producers.accepted)
  expect(found).toEqual({ ...clean, unknown: found.unknown.slice(0, 1) })
  expect(await countsClose(pulse.sql)).toBe(true)
  await until(
    'the processor is ready again',
    async () => {
      const { status } = await readyOf(pulse.processor.url)
      return status === 'ready'
    },
    30_000,
  )
}, 180_000)
