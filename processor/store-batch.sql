-- Decides and stores one batch of one partition, as one statement: all of it becomes true together or not at all,
-- and a client that freezes can hold no lock between steps. Lives in the session, beside its staging table, so that
-- it is always of the same version as the process that calls it.
-- What a producer wrote is text here, whatever it becomes: a COPY that is refused never returns.
create temporary table staged (
  "offset" bigint, tenant_id text, idempotency_key text, fingerprint text, request_id text, received_at timestamptz,
  event_id text, event_type text, redrive_letter bigint, redrive_attempt integer, redrive_fingerprint text,
  ordering_key text, schema_version integer, occurred_at text,
  head text, payload text, tail text, -- together the record; where payload is null, it is somewhere in head
  extra text,
  code text, class text, stage text, path text, sentence text, original text
);

-- Emptied by who fills it: Postgres would truncate it in every commit, also where nothing is in it. Its texts have a length,
-- so that there is no table for long ones beside it, whose index would be built anew in each truncation.
create temporary table settled (
  "offset" bigint      not null,
  outcome  varchar(20) not null -- stored | dead | reused (dead: the key is another event's) | again (dead: the same letter) | duplicate
);

-- Records below counted_from were counted before: they pass the ledger and change no count.
-- Raises PU001 when the partition is not counted to counted_from any more, and changes nothing.
create function pg_temp.store_batch(
  batch_topic uuid, batch_partition integer, counted_from bigint, counted_until bigint, is_redrive boolean,
  out stored bigint, out duplicate bigint, out dead bigint, out skipped bigint,
  out types jsonb -- [[event type, stored, duplicate, dead], …] of the records that are counted now
) language plpgsql
-- A plan is made once in a session, perhaps while the tables are nearly empty, and again after a truncation. Left to
-- itself Postgres plans some statements for each batch, which costs as much as storing a small one. Whatever the size was,
-- each key is looked up by itself (lateral … limit 1) through the index, and the batch's own tables are hashed.
-- Forbidding the other ways makes plans look dear, and dear plans are compiled, for seconds: hence no JIT.
set enable_seqscan = off
set enable_nestloop = off
set enable_mergejoin = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  staged_records bigint;
  fresh bigint; -- records of this batch that are counted now
  bad   bigint; -- records that are no valid events
  won   bigint; -- keys that were free
begin
  perform from pipeline_offsets o
    where o.topic_id = batch_topic and o.partition = batch_partition and o.counted_to = counted_from
    for update;
  if not found then
    raise exception 'partition % is not counted to % any more', batch_partition, counted_from
      using errcode = 'PU001';
  end if;

  if is_redrive then
    perform pg_temp.redrive(batch_topic, batch_partition, counted_from);
  end if;

  select count(*), count(*) filter (where s."offset" >= counted_from), count(s.code)
    into staged_records, fresh, bad
    from pg_temp.staged s;

  -- The first record to commit decides its key. Ordered by key: two flushes cannot deadlock.
  with decided as (
    insert into event_keys (tenant_id, idempotency_key, fingerprint, outcome, request_id,
                            topic_id, partition, "offset", received_at)
    select distinct on (s.tenant_id, s.idempotency_key)
           s.tenant_id, s.idempotency_key, s.fingerprint,
           case when s.code is null then 'stored' else 'dead' end, s.request_id,
           batch_topic, batch_partition, s."offset", s.received_at
      from pg_temp.staged s
     where s.redrive_letter is null
     order by s.tenant_id, s.idempotency_key, s."offset"
    on conflict do nothing
    returning "offset", outcome
  )
  insert into pg_temp.settled select d."offset", d.outcome from decided d;
  get diagnostics won = row_count;

  -- Mostly every record is a new event.
  if won < staged_records or bad > 0 then
    perform pg_temp.settle_others(batch_topic, batch_partition, counted_from, fresh);
  end if;

  insert into events (tenant_id, event_id, idempotency_key, event_type, schema_version, occurred_at, received_at,
                      payload, extra, request_id, ordering_key, topic_id, partition, "offset")
  select s.tenant_id, s.event_id, s.idempotency_key, s.event_type, s.schema_version,
         s.occurred_at::timestamptz, s.received_at,
         coalesce(s.payload::jsonb, e.event -> 'payload'),
         coalesce(s.extra::jsonb,
                  nullif(e.event - '{event_id,event_type,schema_version,occurred_at,payload}'::text[], '{}')),
         s.request_id, s.ordering_key, batch_topic, batch_partition, s."offset"
    from pg_temp.staged s
    join pg_temp.settled t on t."offset" = s."offset"
   cross join lateral ( -- parsed once, not once a column
     select case when s.payload is null then s.head::jsonb -> 'event' end as event offset 0
   ) e
   where t.outcome = 'stored';

  -- A type is whatever a producer writes, perhaps another one for each event. So a tenant gets 200 of them in a minute
  -- of a partition, the frequent ones of a batch first, and the rest is counted as 'other'.
  with counted as (
    select date_trunc('minute', s.received_at) as minute, s.tenant_id,
           coalesce(s.event_type, '') as event_type,
           count(*) filter (where t.outcome = 'stored') as stored,
           count(*) filter (where t.outcome = 'duplicate') as duplicate,
           count(*) filter (where t.outcome in ('dead', 'reused', 'again')) as dead
      from pg_temp.staged s
      join pg_temp.settled t on t."offset" = s."offset"
     where s."offset" >= counted_from
     group by 1, 2, 3
  ), placed as (
    select c.*, k.known,
           count(*) filter (where not k.known) over (
             partition by c.minute, c.tenant_id
             order by c.stored + c.duplicate + c.dead desc, c.event_type rows unbounded preceding
           ) as place
      from counted c
     cross join lateral (
       select exists (
         select from event_counts e
          where e.minute = c.minute and e.tenant_id = c.tenant_id and e.event_type = c.event_type
            and e.partition = batch_partition
       ) as known
     ) k
  ), held as (
    select f.minute, f.tenant_id,
           (select count(*) from event_counts e
             where e.minute = f.minute and e.tenant_id = f.tenant_id and e.partition = batch_partition) as types
      from (select distinct p.minute, p.tenant_id from placed p where not p.known) f
  ), named as (
    select p.minute, p.tenant_id,
           case when p.known or p.place + h.types <= 200 then p.event_type else 'other' end as event_type,
           sum(p.stored) as stored, sum(p.duplicate) as duplicate, sum(p.dead) as dead
      from placed p
      left join held h using (minute, tenant_id)
     group by 1, 2, 3
  ), added as (
    insert into event_counts as c (minute, tenant_id, event_type, partition, stored, duplicate, dead)
    select n.minute, n.tenant_id, n.event_type, batch_partition, n.stored, n.duplicate, n.dead
      from named n
     order by 1, 2, 3
    on conflict (minute, tenant_id, event_type, partition) do update
      set stored = c.stored + excluded.stored,
          duplicate = c.duplicate + excluded.duplicate,
          dead = c.dead + excluded.dead
  )
  select coalesce(jsonb_agg(jsonb_build_array(n.event_type, n.stored, n.duplicate, n.dead)), '[]')
    into types
    from (select event_type, sum(named.stored) as stored, sum(named.duplicate) as duplicate,
                 sum(named.dead) as dead
            from named group by 1) n;

  select count(*) filter (where t.outcome = 'stored'),
         count(*) filter (where t.outcome = 'duplicate'),
         count(*) filter (where t.outcome in ('dead', 'reused', 'again'))
    into stored, duplicate, dead
    from pg_temp.settled t
   where t."offset" >= counted_from;
  skipped := counted_until - counted_from - fresh; -- offsets that hold no record, such as transaction markers

  update pipeline_offsets o
     set counted_to = counted_until,
         stored = o.stored + store_batch.stored,
         duplicate = o.duplicate + store_batch.duplicate,
         dead = o.dead + store_batch.dead,
         skipped = o.skipped + store_batch.skipped,
         updated_at = now()
   where o.topic_id = batch_topic and o.partition = batch_partition;

  -- Deleting costs a small batch a fifth of a millisecond, truncating eight; deleted rows still take space, and are read
  -- over again by each batch. The size is with that of long texts, which lie beside the table.
  if pg_table_size('pg_temp.staged') > 2 * 1024 * 1024 then
    truncate pg_temp.staged;
  else
    delete from pg_temp.staged;
  end if;
  if pg_table_size('pg_temp.settled') > 512 * 1024 then
    truncate pg_temp.settled;
  else
    delete from pg_temp.settled;
  end if;
end
$$;
