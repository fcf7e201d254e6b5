/**
 * Stock by SKU: the sum of all adjustments, and what the newest of them says. A sum needs each event exactly once, which
 * is what a batch promises; its order does not matter.
 */
import { commerceEvents } from '../../../contracts/commerce/events.ts'
import { declare } from '../declare.ts'

export const projection = declare({
  name: 'inventory',
  events: { InventoryAdjusted: commerceEvents.InventoryAdjusted.fields },
  tables: ['inventory'],
  apply: [
    `insert into inventory as i (tenant_id, sku, quantity, adjustments, reason, adjusted_at,
                                 occurred_at, "offset", partition)
     select distinct on (tenant_id, payload ->> 'sku')
            tenant_id, payload ->> 'sku',
            sum(case payload ->> 'adjustmentType' when 'add' then 1 else -1 end * (payload -> 'quantity')::bigint)
              over sku,
            count(*) over sku, payload ->> 'reason', (payload ->> 'adjustedAt')::timestamptz,
            occurred_at, "offset", partition
       from batch
     window sku as (partition by tenant_id, payload ->> 'sku')
      order by tenant_id, payload ->> 'sku', occurred_at desc, "offset" desc, partition desc
     on conflict (tenant_id, sku) do update
       set quantity = i.quantity + excluded.quantity,
           adjustments = i.adjustments + excluded.adjustments,
           (reason, adjusted_at, occurred_at, "offset", partition) = (
             select newest.*
               from (values (i.reason, i.adjusted_at, i.occurred_at, i."offset", i.partition),
                            (excluded.reason, excluded.adjusted_at, excluded.occurred_at, excluded."offset",
                             excluded.partition)) newest (reason, adjusted_at, occurred_at, "offset", partition)
              order by occurred_at desc, "offset" desc, partition desc
              limit 1)`,
  ],
})
