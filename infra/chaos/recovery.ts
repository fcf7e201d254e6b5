/** Measures how long Pulse needs after a fault until an event is accepted and stored again. */
import { anEvent } from '../harness/builders.ts'
import { until } from '../harness/until.ts'
import { type Pulse, probeTenant } from './pulse.ts'

const givenUpAfterMs = 120_000
const answerWithinMs = 2_000

export type Recovery = {
  /** From the call until the first event that was accepted is stored; undefined when none was, within two minutes. */
  readonly seconds: number | undefined
  /** Keys that were answered 202. */
  readonly accepted: readonly string[]
}

/** Sends one event after the other, each with a new key, until one is accepted; then waits for its row. */
export async function awaitRecovery({ ingestUrl, sql }: Pulse): Promise<Recovery> {
  const began = performance.now()
  const accepted: string[] = []
  try {
    const key = await until('an event is accepted', () => send(ingestUrl), givenUpAfterMs)
    accepted.push(key)
    await until('it is stored', () => isStored(sql, key), givenUpAfterMs)
    return { seconds: (performance.now() - began) / 1000, accepted }
  } catch {
    return { seconds: undefined, accepted }
  }
}

/** The key, when it was accepted. */
async function send(ingestUrl: string): Promise<string | undefined> {
  const key = crypto.randomUUID()
  const response = await fetch(`${ingestUrl}/events`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-API-Key': probeTenant.key,
      'Idempotency-Key': key,
    },
    body: JSON.stringify(anEvent()),
    signal: AbortSignal.timeout(answerWithinMs),
  })
  await response.arrayBuffer()
  return response.status === 202 ? key : undefined
}

async function isStored(sql: Pulse['sql'], key: string): Promise<boolean> {
  const rows = await sql`select 1 from events where idempotency_key = ${key}`
  return rows.length > 0
}
