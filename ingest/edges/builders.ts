/** Builders for tests of edges: a CloudEvent as its producer writes it, and what the door makes of events in words. */
import { type Acceptable, accept, type EventContext, type Refused } from '../accept.ts'
import { aContext } from '../builders.ts'

export const aCloudEvent = (given: Readonly<Record<string, unknown>> = {}) => ({
  specversion: '1.0',
  id: 'A234',
  source: '/orders',
  type: 'com.example.order.placed',
  time: '2026-01-02T20:00:00Z',
  data: { total: 1 },
  ...given,
})

/** Without a key from a header. */
export const decided = (
  event: object | string,
  context: Partial<EventContext> = {},
): Acceptable | Refused =>
  accept(
    Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)),
    aContext({ idempotencyKey: '', ...context }),
  )

export const acceptable = (decision: Acceptable | Refused): Acceptable => {
  if (decision.kind === 'refused')
    throw new Error(`refused: ${decision.code} ${decision.message ?? ''}`)
  return decision
}

/** The event that goes on, as JSON text. */
export const textOf = (decision: Acceptable | Refused): string =>
  acceptable(decision).event.toString('utf8')

/** Code and path of each warning. */
export const warningsOf = (decision: Acceptable | Refused): string[] =>
  acceptable(decision).warnings.map(({ code, path }) => `${code} ${path}`)
