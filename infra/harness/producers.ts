/**
 * Producers that keep the promise's other half: they repeat a call with the same key until it is answered 202, and
 * remember every key that was. A small load for tests of faults; the load generator is another thing.
 */
import { anEvent, without } from './builders.ts'
import { type Answer, post } from './pulse.ts'

export type Accepted = { readonly key: string; readonly event: Record<string, unknown> }

export type Producers = {
  /** Keys that were answered 202, with what was sent. */
  readonly accepted: readonly Accepted[]
  /** Resolves when every event has its 202. */
  readonly done: Promise<void>
  /** Begins no more events, and resolves as `done` does. */
  stop(): Promise<void>
}

/**
 * Sends `total` events, `atOnce` at a time; one of ten is sent twice, one of twenty lacks its type. What is to last until
 * something has happened is as many as it takes: Infinity, and then `stop`.
 */
export function produceFrom(url: string, total: number, atOnce = 16): Producers {
  const accepted: Accepted[] = []
  let next = 0
  let stopped = false
  const producer = async () => {
    while (next < total && !stopped) {
      const number = next++
      const key = crypto.randomUUID()
      const full = anEvent({
        event_id: `evt_${number}`,
        payload: { number, text: `"\\\t${number}` },
      })
      const event = number % 20 === 0 ? without(full, 'event_type') : full
      await untilAccepted(url, event, key)
      accepted.push({ key, event })
      if (number % 10 === 0) await untilAccepted(url, event, key)
    }
  }
  const done = Promise.all(Array.from({ length: atOnce }, producer)).then(() => undefined)
  return {
    accepted,
    done,
    stop() {
      stopped = true
      return done
    },
  }
}

async function untilAccepted(url: string, event: unknown, key: string): Promise<void> {
  for (;;) {
    const answer = await attempt(url, event, key)
    if (answer?.status === 202) return
    if (answer !== undefined && ![409, 503].includes(answer.status))
      throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    await Bun.sleep(
      answer === undefined ? 50 : 1000 * Number(answer.headers.get('Retry-After') ?? 1),
    )
  }
}

/** The answer, or undefined when there was none. */
const attempt = (url: string, event: unknown, key: string): Promise<Answer | undefined> =>
  post(`${url}/events`, event, { 'Idempotency-Key': key }).catch(() => undefined)
