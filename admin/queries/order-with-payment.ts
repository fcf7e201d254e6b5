import type { Sql } from '../postgres.ts'
import { instantText } from './instant-text.ts'
import { type OrderRow, orderColumns } from './order-columns.ts'

/** Amounts and instants as text: as they are to be written. */
export type PaymentRow = {
  readonly paymentId: string
  readonly amount: string
  readonly paymentMethod: string
  readonly status: string
  readonly settledAt: string
}

/** An order of a tenant and its newest payment, in one snapshot; undefined when there is no such order. */
export async function orderWithPayment(
  sql: Sql,
  tenantId: string,
  orderId: string,
): Promise<{ order: OrderRow; payment: PaymentRow | undefined } | undefined> {
  return await sql.begin('isolation level repeatable read read only', async (tx) => {
    const [order] = await tx<OrderRow[]>`
      select ${orderColumns(tx)}
        from projections.orders
       where tenant_id = ${tenantId} and order_id = ${orderId}`
    if (order === undefined) return undefined
    const [payment] = await tx<PaymentRow[]>`
      select payment_id as "paymentId", amount::text as amount, payment_method as "paymentMethod", status,
             ${instantText(tx, 'settled_at')} as "settledAt"
        from projections.payments
       where tenant_id = ${tenantId} and order_id = ${orderId}
       order by occurred_at desc, "offset" desc, partition desc
       limit 1`
    return { order, payment }
  })
}
