/** Events that a test sends by a door of streams, and what it remembers of those that were accepted. */
import { expect } from 'bun:test'
import type { Sql } from '../sql.ts'
import { audit, clean, countsClose } from './audit.ts'
import { anEvent } from './builders.ts'
import type { Accepted } from './producers.ts'

export type Event = Record<string, unknown>

/** Each with an id of its own, and text that breaks whatever is cut in the wrong place. */
export const distinctEvents = (count: number): Event[] =>
  Array.from({ length: count }, (_, i) =>
    anEvent({ event_id: crypto.randomUUID(), payload: { number: i, text: '"],[\\\n' } }),
  )

/** A tenant whose quota is in Redis, which outlives a run of the test: so its name does not. */
export const freshTenant = (): string => `few_${crypto.randomUUID().slice(0, 8)}`

/** By the key that the door takes from the event itself. */
export const acceptedOf = (event: Event): Accepted => ({
  key: String(event.idempotency_key ?? event.event_id),
  event,
})

/** Each is stored once or a dead letter, and nothing else is there but what `except` sent; the counts close. */
export async function expectAllOnce(
  sql: Sql,
  accepted: readonly Accepted[],
  { except }: { readonly except: string },
): Promise<void> {
  const found = await audit(sql, accepted)
  const others = await sql<{ key: string }[]>`
    select idempotency_key as key from events where tenant_id = ${except}`
  expect({ ...found, unknown: [...found.unknown].sort() }).toEqual({
    ...clean,
    unknown: others.map(({ key }) => key).sort(),
  })
  expect(await countsClose(sql)).toBe(true)
}
