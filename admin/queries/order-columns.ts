import type { Transaction } from '../postgres.ts'
import { instantText } from './instant-text.ts'

/** Amounts and instants as text: as they are to be written. */
export type OrderRow = {
  readonly orderId: string
  readonly userId: string
  readonly totalAmount: string
  readonly currency: string
  readonly placedAt: string
  readonly updatedAt: string
}

/** The columns of an `OrderRow`. */
export const orderColumns = (sql: Transaction) => sql`
  order_id as "orderId", user_id as "userId", total_amount::text as "totalAmount", currency,
  ${instantText(sql, 'placed_at')} as "placedAt", ${instantText(sql, 'occurred_at')} as "updatedAt"`
