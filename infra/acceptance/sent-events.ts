/** What the tests of the admin send through the front door, some of it hostile: 6 are stored, 2 become dead letters. */
import { anEvent, without } from '../harness/builders.ts'
import type { Pulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'

export const hostile = {
  type: '<script>alert("type")</script>',
  id: `"><img src=x onerror=alert('id')>`,
  text: `</pre><svg onload=alert('text')><script>alert(1)</script>`,
  key: `' hx-get='/x' hx-trigger='load' `,
}

type Lag = {
  readonly partitions: readonly { readonly committed: number | null; readonly countedTo: number }[]
}

export type Sent = Awaited<ReturnType<typeof sendAndSettle>>

/**
 * Sends all of it, the first one twice; resolves when every key is decided, every dead letter published, and committed to
 * Kafka what is counted.
 */
export async function sendAndSettle({ post, sql, admin }: Pulse) {
  const sent = eventsOfRun(crypto.randomUUID().slice(0, 8))
  const stored = [...sent.logins, ...sent.orders, sent.hostile]
  const dead = [sent.invalid, sent.hostileInvalid]
  for (const { key, event } of [...stored, ...dead, ...stored.slice(0, 1)]) {
    const answer = await post(event, { 'Idempotency-Key': key })
    if (answer.status !== 202) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`)
  }
  await until('every key is decided and every dead letter published', async () => {
    const [row] = await sql<{ keys: number; published: number }[]>`
      select (select count(*) from event_keys)::int as keys,
             (select count(published_at) from dead_letters)::int as published`
    return row?.keys === stored.length + dead.length && row.published === dead.length
  })
  await until('the group has committed what is counted', async () => {
    const { partitions } = (await (await fetch(`${admin?.url}/admin/kafka/lag`)).json()) as Lag
    return partitions.every(({ committed, countedTo }) => (committed ?? 0) >= countedTo)
  })
  return sent
}

/** Keys are of one run: Redis, which remembers them, is shared with other tests. */
function eventsOfRun(run: string) {
  const payload = { text: hostile.text, link: 'javascript:alert(1)', n: 1 }
  const aType = (key: string, event_type: string) => ({
    key: `${key}-${run}`,
    event: anEvent({ event_id: `evt_${key}`, event_type }),
  })
  return {
    logins: [1, 2, 3].map((n) => aType(`login-${n}`, 'user_login')),
    orders: [1, 2].map((n) => aType(`order-${n}`, 'order_placed')),
    hostile: {
      key: hostile.key + run,
      event: anEvent({ event_id: hostile.id, event_type: hostile.type, payload }),
    },
    invalid: { key: `invalid-${run}`, event: without(anEvent(), 'event_type') },
    hostileInvalid: {
      key: `hostile-invalid-${run}`,
      event: without(anEvent({ event_id: hostile.id, payload }), 'event_type'),
    },
  }
}
