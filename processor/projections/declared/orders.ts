/** Orders and their items, as the newest OrderPlaced about each says. */
import { commerceEvents } from '../../../contracts/commerce/events.ts'
import { declare } from '../declare.ts'

export const projection = declare({
  name: 'orders',
  events: { OrderPlaced: commerceEvents.OrderPlaced.fields },
  tables: ['orders', 'order_items'],
  apply: [
    `insert into orders (tenant_id, order_id, user_id, total_amount, currency, placed_at,
                         occurred_at, "offset", partition)
     select distinct on (tenant_id, payload ->> 'orderId')
            tenant_id, payload ->> 'orderId', payload ->> 'userId', (payload -> 'totalAmount')::numeric,
            payload ->> 'currency', (payload ->> 'placedAt')::timestamptz, occurred_at, "offset", partition
       from batch
      order by tenant_id, payload ->> 'orderId', occurred_at desc, "offset" desc, partition desc
     on conflict (tenant_id, order_id) do update
       set user_id = excluded.user_id,
           total_amount = excluded.total_amount,
           currency = excluded.currency,
           placed_at = excluded.placed_at,
           occurred_at = excluded.occurred_at,
           "offset" = excluded."offset",
           partition = excluded.partition
     where (excluded.occurred_at, excluded."offset", excluded.partition)
         > (orders.occurred_at, orders."offset", orders.partition)`,

    // Items belong to one event: those of an older one go, and come only while theirs is the order's. None are there then:
    // asked once an order, which costs less than a conflict for each item would.
    `delete from order_items i
      using batch b
      where i.tenant_id = b.tenant_id and i.order_id = b.payload ->> 'orderId'
        and not exists (
          select from orders o
           where o.tenant_id = i.tenant_id and o.order_id = i.order_id
             and (o.occurred_at, o."offset", o.partition) = (i.occurred_at, i."offset", i.partition))`,

    `insert into order_items (tenant_id, order_id, line, sku, quantity, price, occurred_at, "offset", partition)
     select o.tenant_id, o.order_id, item.line, item.value ->> 'sku', (item.value -> 'quantity')::integer,
            (item.value -> 'price')::numeric, o.occurred_at, o."offset", o.partition
       from (
         select distinct on (o.tenant_id, o.order_id) o.*, b.payload -> 'items' as items
           from batch b
           join orders o on o.tenant_id = b.tenant_id and o.order_id = b.payload ->> 'orderId'
                        and (o.occurred_at, o."offset", o.partition) = (b.occurred_at, b."offset", b.partition)
          where not exists (select from order_items i where i.tenant_id = o.tenant_id and i.order_id = o.order_id)
          order by o.tenant_id, o.order_id
       ) o
      cross join jsonb_array_elements(o.items) with ordinality as item (value, line)`,
  ],
})
