/** Payments, as the newest PaymentSettled about each says. Whether their orders are known already is not asked. */
import { commerceEvents } from '../../../contracts/commerce/events.ts'
import { declare } from '../declare.ts'

export const projection = declare({
  name: 'payments',
  events: { PaymentSettled: commerceEvents.PaymentSettled.fields },
  tables: ['payments'],
  apply: [
    `insert into payments (tenant_id, payment_id, order_id, amount, currency, payment_method, status, settled_at,
                           occurred_at, "offset", partition)
     select distinct on (tenant_id, payload ->> 'paymentId')
            tenant_id, payload ->> 'paymentId', payload ->> 'orderId', (payload -> 'amount')::numeric,
            payload ->> 'currency', payload ->> 'paymentMethod', payload ->> 'status',
            (payload ->> 'settledAt')::timestamptz, occurred_at, "offset", partition
       from batch
      order by tenant_id, payload ->> 'paymentId', occurred_at desc, "offset" desc, partition desc
     on conflict (tenant_id, payment_id) do update
       set order_id = excluded.order_id,
           amount = excluded.amount,
           currency = excluded.currency,
           payment_method = excluded.payment_method,
           status = excluded.status,
           settled_at = excluded.settled_at,
           occurred_at = excluded.occurred_at,
           "offset" = excluded."offset",
           partition = excluded.partition
     where (excluded.occurred_at, excluded."offset", excluded.partition)
         > (payments.occurred_at, payments."offset", payments.partition)`,
  ],
})
