/**
 * Thirty days of events in Postgres, as if Pulse had stored them: rows, ledger, counts and a dead letter in a hundred,
 * day by day, evenly spread over the time, twenty tenants of very different size and fifty types of which one is rare.
 */
import type { Sql } from '../sql.ts'

export const monthDays = 30
const topic = '0190a7c0-0000-7000-8000-00000000be4c'

/** What a page can be asked for. */
export type Known = {
  readonly tenantId: string
  readonly eventId: string
  readonly key: string
  readonly requestId: string
  readonly letterId: string
}

export async function fillMonth(
  sql: Sql,
  events: number,
  progress: (text: string) => void,
): Promise<Known> {
  const perDay = Math.floor(events / monthDays)
  const now = new Date().toISOString()
  let filled = 0
  const fill = async (from: number, to: number) => {
    for (let day = from; day > to; day--) {
      await fillDay(sql, { now, day, count: perDay })
      progress(`${++filled} of ${monthDays} days`)
    }
  }
  // Both halves at once: days that follow each other share a minute.
  await Promise.all([fill(monthDays, monthDays / 2), fill(monthDays / 2, 0)])
  await sql.unsafe('analyze')
  return await somethingKnown(sql)
}

type Day = { readonly now: string; readonly day: number; readonly count: number }

/** `day` days before `now`: the hours up to 24 hours later. */
async function fillDay(sql: Sql, { now, day, count }: Day): Promise<void> {
  const from = sql`(${now}::timestamptz - ${day} * interval '1 day')`
  await sql`select ensure_day((${from} at time zone 'UTC')::date), ensure_day(((${from} + interval '1 day') at time zone 'UTC')::date)`
  await sql`
    insert into events (
      tenant_id, event_id, idempotency_key, event_type, schema_version, occurred_at, received_at, payload,
      request_id, topic_id, partition, "offset")
    select
      'tenant_' || floor(20 * power(random(), 3)), 'evt_' || ${day}::int || '_' || n, 'key_' || ${day}::int || '_' || n,
      case when n % 100000 = 7 then 'rare' else 'type_' || floor(50 * power(random(), 2)) end, 1, at, at,
      jsonb_build_object('user_id', 'u' || n % 9973, 'amount', n % 1000, 'currency', 'EUR',
        'items', jsonb_build_array(jsonb_build_object('sku', 'SKU-' || n % 500, 'quantity', 1))),
      -- As ingest gives them: a UUID of version 7.
      'req_' || left(hex, 8) || '-' || right(hex, 4) || '-7' || right(gen_random_uuid()::text, 21),
      ${topic}, n % 6, ${day}::bigint * 10000000 + n
    from generate_series(1, ${count}::int) as n,
      lateral (select date_trunc('milliseconds', ${from} + n * (interval '1 day' / ${count}::int)) as at) as t,
      lateral (select lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') as hex) as h`
  await sql`
    insert into event_keys (
      tenant_id, idempotency_key, fingerprint, outcome, request_id, topic_id, partition, "offset", received_at)
    select tenant_id, idempotency_key, 'f', 'stored', request_id, topic_id, partition, "offset", received_at
    from events where received_at > ${from} and received_at <= ${from} + interval '1 day'
    on conflict do nothing`
  await sql`
    insert into event_counts (minute, tenant_id, event_type, partition, stored, dead)
    select date_trunc('minute', received_at), tenant_id, event_type, partition, count(*), 0
    from events where received_at > ${from} and received_at <= ${from} + interval '1 day'
    group by 1, 2, 3, 4
    on conflict (minute, tenant_id, event_type, partition) do update set stored = event_counts.stored + excluded.stored`
  await sql`
    insert into dead_letters (
      tenant_id, idempotency_key, fingerprint, event_id, event_type, request_id, code, class, stage, path,
      sentence, original, received_at, failed_at, published_at, topic_id, partition, "offset")
    select
      tenant_id, 'dead_' || idempotency_key, 'f', event_id, event_type, request_id, 'VALIDATION_FAILED', 'invalid',
      'validate', '/' || (array['payload', 'occurred_at', 'schema_version'])[1 + "offset" % 3], 'is wrong',
      convert_to(payload::text, 'UTF8'), received_at, received_at, received_at, topic_id, partition, "offset"
    from events where received_at > ${from} and received_at <= ${from} + interval '1 day' and "offset" % 100 = 0`
}

/** Events that are received and stored now, with their counts left out. */
export async function storeNow(sql: Sql, count: number): Promise<void> {
  await sql`
    insert into events (
      tenant_id, event_id, idempotency_key, event_type, schema_version, occurred_at, received_at, payload,
      request_id, topic_id, partition, "offset")
    select
      'tenant_' || n % 20, 'evt_now_' || n, 'key_now_' || gen_random_uuid(), 'type_' || n % 50, 1, at, at,
      jsonb_build_object('user_id', 'u' || n, 'amount', n, 'currency', 'EUR'),
      'req_' || gen_random_uuid(), ${topic}, n % 6, (extract(epoch from at) * 1000000)::bigint + n
    from generate_series(1, ${count}::int) as n,
      lateral (select date_trunc('milliseconds', clock_timestamp()) as at) as t`
}

async function somethingKnown(sql: Sql): Promise<Known> {
  const [event] = await sql<
    { tenant_id: string; event_id: string; idempotency_key: string; request_id: string }[]
  >`
    select tenant_id, event_id, idempotency_key, request_id from events
    where received_at < now() - interval '10 days' order by received_at desc limit 1`
  const [letter] = await sql<{ id: string }[]>`select max(id)::text as id from dead_letters`
  if (event === undefined || letter === undefined) throw new Error('nothing was written')
  return {
    tenantId: event.tenant_id,
    eventId: event.event_id,
    key: event.idempotency_key,
    requestId: event.request_id,
    letterId: letter.id,
  }
}
