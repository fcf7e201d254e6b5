-- Settles what did not win its key as a valid event: what is dead, and what repeats. `fresh` of the staged records are
-- counted now.
create function pg_temp.settle_others(batch_topic uuid, batch_partition integer, counted_from bigint, fresh bigint)
returns void language plpgsql
set enable_seqscan = off
set enable_nestloop = off
set enable_mergejoin = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
begin
  -- What is dead: a bad event that won its key, and an event whose key another one has (seen in a second statement,
  -- whose snapshot shows the rival's row). One letter for the same bytes under the same key, whoever comes first.
  with letters as (
    insert into dead_letters (tenant_id, idempotency_key, fingerprint, event_id, event_type, request_id, code, class,
                              stage, path, sentence, original, received_at, topic_id, partition, "offset")
    select distinct on (s.tenant_id, s.idempotency_key, s.fingerprint)
           s.tenant_id, s.idempotency_key, s.fingerprint, s.event_id, s.event_type, s.request_id,
           case when t.outcome is null then 'KEY_REUSED' else s.code end,
           case when t.outcome is null then 'conflict' else s.class end,
           case when t.outcome is null then 'store' else s.stage end,
           case when t.outcome is null then null else s.path end,
           case when t.outcome is null then 'the idempotency key was used for another event' else s.sentence end,
           coalesce(s.original::bytea, convert_to(concat(s.head, s.payload, s.tail), 'UTF8')),
           s.received_at, batch_topic, batch_partition, s."offset"
      from pg_temp.staged s
      left join pg_temp.settled t on t."offset" = s."offset"
     cross join lateral (
       select k.fingerprint
         from event_keys k
        where k.tenant_id = s.tenant_id and k.idempotency_key = s.idempotency_key
        limit 1
     ) decided
     where (t.outcome is null or t.outcome = 'dead') and s.redrive_letter is null
       and (t.outcome = 'dead' or (s."offset" >= counted_from and decided.fingerprint <> s.fingerprint))
     order by s.tenant_id, s.idempotency_key, s.fingerprint, s."offset"
    on conflict (tenant_id, idempotency_key, fingerprint) do nothing
    returning dead_letters."offset"
  )
  insert into pg_temp.settled
  select l."offset", 'reused'
    from letters l
   where not exists (select from pg_temp.settled t where t."offset" = l."offset");

  -- The rest repeats what is stored or dead already.
  insert into pg_temp.settled
  select s."offset", 'duplicate'
    from pg_temp.staged s
   cross join lateral (
     select from event_keys k
      where k.tenant_id = s.tenant_id and k.idempotency_key = s.idempotency_key
      limit 1
   ) decided
   where s."offset" >= counted_from
     and not exists (select from pg_temp.settled t where t."offset" = s."offset");

  -- Every record has an outcome, or the ledger was trimmed under the batch: then all of it is done again.
  if fresh <> (select count(*) from pg_temp.settled t where t."offset" >= counted_from) then
    raise exception 'the ledger changed under the batch' using errcode = 'PU002';
  end if;

  insert into event_requests (tenant_id, request_id, idempotency_key, fingerprint, verdict, received_at,
                              topic_id, partition, "offset")
  select s.tenant_id, s.request_id, s.idempotency_key, s.fingerprint, 'duplicate', s.received_at,
         batch_topic, batch_partition, s."offset"
    from pg_temp.settled t
    join pg_temp.staged s on s."offset" = t."offset"
   where t.outcome = 'duplicate' and s.request_id is not null
   order by s.received_at, s.tenant_id, s.request_id
  on conflict do nothing; -- a partition that is counted anew holds repeats that were told before
end
$$;
