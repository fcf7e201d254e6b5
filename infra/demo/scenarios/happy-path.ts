/** Scenario 1 of seed 003: events go in, and the read API knows what they say. */
import { type Produced, produce } from '../commands.ts'
import { ask, type ShownPulse } from '../shown-pulse.ts'
import type { Stage } from '../stage.ts'

/** Returns what was sent. */
export async function happyPath(pulse: ShownPulse, stage: Stage): Promise<readonly Produced[]> {
  await stage.heading('Scenario 1: the happy path')
  stage.say('bun run produce sample')
  const sent = await produce(pulse, 'sample')
  for (const { event } of sent) stage.say(`  ${event.eventType}  ${event.eventId}`)
  await stage.check(
    'each was answered 202',
    async () => sent.every(({ accepted }) => accepted) && sent.length,
    (count) => `${count} events`,
  )
  for (const { event } of sent)
    await stage.check(
      `${event.eventType} is stored, once`,
      async () => (await storedRow(pulse, event.eventId)) ?? false,
      ({ partition, offset }) => `partition ${partition}, offset ${offset}`,
    )
  const [userId, orderId] = [idIn(sent, 'userId'), idIn(sent, 'orderId')]
  const user = await stage.check(`GET /users/${userId} knows her and her order`, async () => {
    const { status, body } = await ask(pulse, `/users/${userId}`)
    return status === 200 && body.orders.length === 1 && body
  })
  if (user) stage.show(JSON.stringify(user, null, 2))
  const order = await stage.check(`GET /orders/${orderId} knows that it is paid`, async () => {
    const { status, body } = await ask(pulse, `/orders/${orderId}`)
    return status === 200 && body.payment?.status === 'completed' && body
  })
  if (order) stage.show(JSON.stringify(order, null, 2))
  return sent
}

/** The one row of an event, by its key; undefined while there is none. Throws when a promise about it is broken. */
export async function storedRow(pulse: ShownPulse, idempotencyKey: string) {
  const { body } = await ask(pulse, '/admin/event/by-idempotency', { idempotencyKey })
  if (body.contradictions.length > 0) throw new Error(body.contradictions.join(' '))
  return body.outcome === 'stored' ? body.event : undefined
}

export const idIn = (sent: readonly Produced[], name: string): string =>
  String(sent.map(({ event }) => event[name]).find((id) => id !== undefined))
