import { anEvent } from '../../harness/builders.ts'
import { until } from '../../harness/until.ts'
import type { Fault, Target } from '../fault.ts'
import { probeTenant } from '../pulse.ts'

const callsAtOnce = 100
const rounds = 20

export const oneKeyTwoIngests: Fault = {
  name: 'one-key-two-ingests',
  about: `a key comes to two ingests in ${callsAtOnce} calls at once, ${rounds} keys one after the other`,
  holdMs: 0,
  doors: 2,
  async apply(target) {
    for (let round = 0; round < rounds; round++) await callAtOnce(target, crypto.randomUUID())
  },
  heal: async () => {},
}

/** Throws unless one answer is no duplicate and there is one row. */
async function callAtOnce({ ingest, sql }: Target, key: string): Promise<void> {
  const answers = await Promise.all(Array.from({ length: callsAtOnce }, () => call(ingest, key)))
  const first = answers.filter(({ duplicate }) => duplicate === false)
  if (first.length !== 1) throw new Error(`${first.length} answers of ${key} are no duplicates`)
  const rows = () => sql`select 1 from events where idempotency_key = ${key}`
  await until('the event is stored', async () => (await rows()).length > 0, 60_000)
  const { length } = await rows()
  if (length !== 1) throw new Error(`${key} has ${length} rows`)
}

/** On a connection of its own, so that calls go to both. */
async function call(ingest: string, key: string): Promise<{ readonly duplicate?: boolean }> {
  const response = await fetch(`${ingest}/events`, {
    method: 'POST',
    headers: {
      Connection: 'close',
      'Content-Type': 'application/json',
      'X-API-Key': probeTenant.key,
      'Idempotency-Key': key,
    },
    body: JSON.stringify(anEvent()),
  })
  return (await response.json()) as { duplicate?: boolean }
}
