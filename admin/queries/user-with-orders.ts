import type { Sql } from '../postgres.ts'
import { instantText } from './instant-text.ts'
import { type OrderRow, orderColumns } from './order-columns.ts'

/** Amounts and instants as text: as they are to be written. */
export type UserRow = {
  readonly userId: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** A user of a tenant and the newest `most` orders, in one snapshot; undefined when there is no such user. */
export async function userWithOrders(
  sql: Sql,
  tenantId: string,
  userId: string,
  most: number,
): Promise<{ user: UserRow; orders: readonly OrderRow[] } | undefined> {
  return await sql.begin('isolation level repeatable read read only', async (tx) => {
    const [user] = await tx<UserRow[]>`
      select user_id as "userId", email, first_name as "firstName", last_name as "lastName",
             ${instantText(tx, 'created_at')} as "createdAt", ${instantText(tx, 'occurred_at')} as "updatedAt"
        from projections.users
       where tenant_id = ${tenantId} and user_id = ${userId}`
    if (user === undefined) return undefined
    const orders = await tx<OrderRow[]>`
      select ${orderColumns(tx)}
        from projections.orders
       where tenant_id = ${tenantId} and user_id = ${userId}
       order by orders.placed_at desc, order_id
       limit ${most}`
    return { user, orders }
  })
}
