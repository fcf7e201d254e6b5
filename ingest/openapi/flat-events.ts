/** The flat events of commerce, as schemas of what goes in. */
import { type Type, type } from 'arktype'
import { type CommerceType, commerceEvents } from '../../contracts/commerce/events.ts'
import { fields } from '../../contracts/envelope.ts'
import type { Described } from './json-schema.ts'

const instant = '2025-10-20T10:00:00Z'
const user = '550e8400-e29b-41d4-a716-446655440000'
const order = '650e8400-e29b-41d4-a716-446655440000'

export const flatEvents = {
  UserCreated: flat('UserCreated', {
    userId: user,
    email: 'user@example.com',
    firstName: 'John',
    lastName: 'Doe',
    createdAt: instant,
  }),
  OrderPlaced: flat('OrderPlaced', {
    orderId: order,
    userId: user,
    totalAmount: 299.99,
    currency: 'USD',
    items: [{ sku: 'LAPTOP-001', quantity: 1, price: 299.99 }],
    placedAt: instant,
  }),
  PaymentSettled: flat('PaymentSettled', {
    paymentId: '750e8400-e29b-41d4-a716-446655440000',
    orderId: order,
    amount: 299.99,
    currency: 'USD',
    paymentMethod: 'credit_card',
    status: 'completed',
    settledAt: instant,
  }),
  InventoryAdjusted: flat('InventoryAdjusted', {
    sku: 'LAPTOP-001',
    quantity: 10,
    adjustmentType: 'add',
    reason: 'restock',
    adjustedAt: instant,
  }),
} as const

function flat(name: CommerceType, example: object): Described {
  const { entity, fields: own } = commerceEvents[name]
  const shape: Type = type.raw({
    eventId: fields.event_id.type,
    eventType: type.unit(name),
    timestamp: fields.occurred_at.type,
    ...Object.fromEntries(Object.entries(own).map(([field, { type: rule }]) => [field, rule])),
  })
  return {
    shape,
    description: `A flat event: \`eventId\` is its key, where there is no Idempotency-Key header, and \`${entity}\` what it is ordered by, where there is no Ordering-Key header. Other fields are kept.`,
    examples: [{ eventId: `evt-${name}`, eventType: name, timestamp: instant, ...example }],
  }
}
