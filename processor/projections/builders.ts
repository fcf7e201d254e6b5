/** Builders for tests: valid events of commerce as envelopes; what a test cares about is given. */
import type { CommerceType } from '../../contracts/commerce/events.ts'

type Given = Readonly<Record<string, unknown>>

const at = '2026-01-02T20:00:00Z'

const payloads: Readonly<Record<CommerceType, Given>> = {
  UserCreated: {
    userId: 'user_1',
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: 'Lovelace',
    createdAt: at,
  },
  OrderPlaced: {
    orderId: 'order_1',
    userId: 'user_1',
    totalAmount: 299.99,
    currency: 'USD',
    items: [{ sku: 'LAPTOP-001', quantity: 1, price: 299.99 }],
    placedAt: at,
  },
  PaymentSettled: {
    paymentId: 'payment_1',
    orderId: 'order_1',
    amount: 299.99,
    currency: 'USD',
    paymentMethod: 'credit_card',
    status: 'completed',
    settledAt: at,
  },
  InventoryAdjusted: {
    sku: 'LAPTOP-001',
    quantity: 10,
    adjustmentType: 'add',
    reason: 'restock',
    adjustedAt: at,
  },
}

export const aCommerceEvent = (type: CommerceType, payload: Given = {}, occurredAt = at) => ({
  event_id: crypto.randomUUID(),
  event_type: type,
  schema_version: 1,
  occurred_at: occurredAt,
  payload: { ...payloads[type], ...payload },
})

export type CommerceEvent = ReturnType<typeof aCommerceEvent>
