/** Users and orders in seed 003's shape. Pure. Amounts keep the digits that were sent. */
import { RawJson } from './json.ts'
import type { OrderRow } from './queries/order-columns.ts'
import type { PaymentRow } from './queries/order-with-payment.ts'
import type { UserRow } from './queries/user-with-orders.ts'

export const userAnswer = (found: { user: UserRow; orders: readonly OrderRow[] }) => ({
  ...found.user,
  orders: found.orders.map(orderFields),
})

/** `payment` is null until there is one. */
export const orderAnswer = (found: { order: OrderRow; payment: PaymentRow | undefined }) => ({
  ...orderFields(found.order),
  payment: found.payment ? { ...found.payment, amount: new RawJson(found.payment.amount) } : null,
})

const orderFields = (order: OrderRow) => ({
  ...order,
  totalAmount: new RawJson(order.totalAmount),
})
