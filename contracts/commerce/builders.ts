/** Builders for tests: one valid flat event of each type, as its producer writes it, with what a test cares about given. */
import type { CommerceType } from './events.ts'

const instant = '2025-10-20T10:00:00Z'

const fields: Readonly<Record<CommerceType, object>> = {
  UserCreated: {
    userId: 'user-1',
    email: 'user@example.com',
    firstName: 'John',
    lastName: 'Doe',
    createdAt: instant,
  },
  OrderPlaced: {
    orderId: 'order-1',
    userId: 'user-1',
    totalAmount: 299.99,
    currency: 'USD',
    items: [{ sku: 'LAPTOP-001', quantity: 1, price: 299.99 }],
    placedAt: instant,
  },
  PaymentSettled: {
    paymentId: 'payment-1',
    orderId: 'order-1',
    amount: 299.99,
    currency: 'USD',
    paymentMethod: 'credit_card',
    status: 'completed',
    settledAt: instant,
  },
  InventoryAdjusted: {
    sku: 'LAPTOP-001',
    quantity: 10,
    adjustmentType: 'add',
    reason: 'restock',
    adjustedAt: instant,
  },
}

export const aFlatEvent = (
  eventType: CommerceType,
  given: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  eventId: 'evt_1',
  eventType,
  timestamp: instant,
  ...fields[eventType],
  ...given,
})
