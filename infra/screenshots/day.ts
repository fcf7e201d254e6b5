/** A day of a shop: what happened until now is written into the counts, what happens now comes through the front door. */
import { anEvent, without } from '../harness/builders.ts'
import type { Pulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'

const tenants = [
  { id: 'storefront', key: 'key_a', share: 1 },
  { id: 'billing', key: 'key_b', share: 0.4 },
  { id: 'warehouse', key: 'key_c', share: 0.2 },
] as const

const types = [
  ['product_viewed', 50],
  ['user_login', 22],
  ['order_placed', 12],
  ['payment_settled', 9],
  ['inventory_adjusted', 6],
  ['refund_requested', 1],
] as const

/** Redis remembers keys, and may be shared with other runs. */
const run = crypto.randomUUID().slice(0, 4)

export async function fillDay(pulse: Pulse): Promise<void> {
  await writeCounts(pulse)
  for (let n = 0; n < 240; n++) await send(pulse, n)
  for (let n = 0; n < 18; n++) await sendBad(pulse, n)
  await pulse.post({}, { 'X-API-Key': 'nobodys' })
  await pulse.post('not json', { 'X-API-Key': 'key_b' })
  await until(
    'everything is counted',
    async () => {
      const [row] = await pulse.sql<{ keys: number; unpublished: number }[]>`
      select (select count(*) from event_keys)::int as keys,
             (select count(*) from dead_letters where published_at is null)::int as unpublished`
      return (row?.keys ?? 0) >= 200 && row?.unpublished === 0
    },
    60_000,
  )
}

/** The counts of the 24 hours before this one: low at night, a peak in the evening, an hour of trouble. */
async function writeCounts({ sql }: Pulse): Promise<void> {
  await sql`
    insert into event_counts (minute, tenant_id, event_type, partition, stored, duplicate, dead)
    select minute, tenant.id, type.name, 0,
      greatest(0, round(tenant.share * type.share::float * wave * (0.85 + 0.3 * random()))),
      round(0.02 * tenant.share * type.share::float * wave * random()),
      case when extract(epoch from now() - minute) between 30000 and 33000 and type.name = 'payment_settled'
           then round(8 * random()) else 0 end
    from generate_series(date_trunc('minute', now()) - interval '25 hours',
                         date_trunc('minute', now()) - interval '1 minute', interval '1 minute') as minute
    cross join lateral (
      select 1.1 + sin(extract(epoch from minute) / 86400 * 2 * pi() + 3.6) as wave) as waves
    cross join (values ('storefront', 1.0), ('billing', 0.4), ('warehouse', 0.2)) as tenant (id, share)
    cross join (values ${sql(types.map(([name, share]) => [name, share] as const))}) as type (name, share)`
}

const send = async ({ post }: Pulse, n: number) => {
  const tenant = tenants[n % tenants.length] ?? tenants[0]
  const [type] = types[(n * 7) % types.length] ?? types[0]
  await post(eventOf(type, n), {
    'X-API-Key': tenant.key,
    'Idempotency-Key': `${type}-${1000 + n}-${run}`,
  })
}

const eventOf = (event_type: string, n: number) =>
  anEvent({
    event_type,
    event_id: `evt_${event_type}_${1000 + n}`,
    occurred_at: new Date(Date.now() - 800).toISOString(),
    payload: {
      order_id: `ord_${4000 + n}`,
      user: { id: `u_${n % 37}`, email: `user${n % 37}@example.com` },
      total: { amount: `${(9.9 + n).toFixed(2)}`, currency: 'EUR' },
      items: [
        { sku: `LAPTOP-${n % 5}`, quantity: 1 + (n % 3) },
        { sku: 'CABLE-2', quantity: 2 },
      ],
    },
  })

async function sendBad({ post }: Pulse, n: number): Promise<void> {
  const event = eventOf('payment_settled', 5000 + n)
  const bad = [
    without(event, 'event_type'),
    { ...event, schema_version: '1', occurred_at: '2026-02-30T10:00:00Z' },
    { ...event, payload: ['not', 'an', 'object'] },
  ][n % 3]
  await post(bad, {
    'X-API-Key': n % 2 ? 'key_a' : 'key_b',
    'Idempotency-Key': `payment-${5000 + n}-${run}`,
  })
}
