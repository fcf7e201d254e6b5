/**
 * The four flat events of commerce: their fields, and the entity that each is about and ordered by. At the door they
 * become envelopes: `eventId`, `eventType` and `timestamp` are its id, type and time, and all other fields its payload.
 * Fields that are not named here are kept.
 */
import { adjustment, amount, count, currency, email, id, instant, items, text } from './fields.ts'

export const commerceEvents = {
  UserCreated: {
    entity: 'userId',
    fields: { userId: id, email, firstName: text, lastName: text, createdAt: instant },
  },
  OrderPlaced: {
    entity: 'orderId',
    fields: { orderId: id, userId: id, totalAmount: amount, currency, items, placedAt: instant },
  },
  PaymentSettled: {
    entity: 'orderId',
    fields: {
      paymentId: id,
      orderId: id,
      amount,
      currency,
      paymentMethod: text,
      status: text,
      settledAt: instant,
    },
  },
  InventoryAdjusted: {
    entity: 'sku',
    fields: {
      sku: id,
      quantity: count,
      adjustmentType: adjustment,
      reason: text,
      adjustedAt: instant,
    },
  },
} as const

export type CommerceType = keyof typeof commerceEvents

/** The payload of a valid event of a type, as JSON has it. */
export type CommercePayload<T extends CommerceType> = {
  readonly [Name in keyof Fields<T>]: Fields<T>[Name] extends {
    readonly type: { readonly infer: infer Value }
  }
    ? Value
    : never
}
type Fields<T extends CommerceType> = (typeof commerceEvents)[T]['fields']

export type UserCreated = CommercePayload<'UserCreated'>
export type OrderPlaced = CommercePayload<'OrderPlaced'>
export type PaymentSettled = CommercePayload<'PaymentSettled'>
export type InventoryAdjusted = CommercePayload<'InventoryAdjusted'>

export const commerceTypes = Object.keys(commerceEvents) as readonly CommerceType[]

export const isCommerceType = (value: unknown): value is CommerceType =>
  typeof value === 'string' && Object.hasOwn(commerceEvents, value)
