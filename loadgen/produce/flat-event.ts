/** Makes the flat events of seed 003 from what was typed. Pure. */
import { type Kind, type Known, kinds } from './kinds.ts'

export type FlatEvent = Readonly<Record<string, unknown>> & {
  readonly eventId: string
  readonly eventType: string
}

/** `typed` by the names of fields; what is left out has its usual value. All of it has to be right. */
export function flatEventOf(
  kind: Kind,
  typed: Readonly<Record<string, string>>,
  { known, eventId, now }: { known: Known; eventId: string; now: Date },
): FlatEvent {
  const { type, fields, instant, derived } = kinds[kind]
  const at = now.toISOString()
  const values = Object.fromEntries(
    fields.map(({ name, usual, read }) => [name, read(typed[name] ?? usual(known) ?? '')]),
  )
  const more = derived?.(values)
  return { eventId, eventType: type, timestamp: at, ...values, ...more, [instant]: at }
}

/** What is known after an event, besides what was before. */
export function knownAfter(known: Known, event: FlatEvent): Known {
  const { userId, orderId, sku, totalAmount, items } = event as FlatEvent & {
    [name in keyof Known]?: string
  } & { totalAmount?: number; items?: readonly { sku: string }[] }
  return {
    ...known,
    ...(userId && { userId }),
    ...(orderId && { orderId }),
    ...(totalAmount !== undefined && { amount: String(totalAmount) }),
    ...((sku ?? items?.[0]?.sku) && { sku: sku ?? items?.[0]?.sku ?? '' }),
  }
}

/** A user, an order of hers, its payment, and the stock that it takes. `run` makes ids unique. */
export function sampleEvents(run: string, now: Date): readonly FlatEvent[] {
  const ids = { userId: `user-${run}`, orderId: `order-${run}`, paymentId: `payment-${run}` }
  const typed: readonly (readonly [Kind, Readonly<Record<string, string>>])[] = [
    ['adjust-inventory', { sku: 'LAPTOP-001', quantity: '10' }],
    [
      'create-user',
      { ...ids, email: `ada.${run}@example.com`, firstName: 'Ada', lastName: 'Lovelace' },
    ],
    ['place-order', { ...ids, items: 'LAPTOP-001:1:299.99,MOUSE-002:2:19.5' }],
    ['settle-payment', { ...ids, amount: '338.99' }],
    [
      'adjust-inventory',
      { sku: 'LAPTOP-001', quantity: '1', adjustmentType: 'remove', reason: 'sold' },
    ],
  ]
  return typed.map(([kind, fields], i) =>
    flatEventOf(kind, fields, { known: {}, eventId: `sample-${run}-${i + 1}`, now }),
  )
}
