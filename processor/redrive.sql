-- Decides the staged records that are dead letters tried again, one by one, before all others of their batch.
-- A record is a letter's next attempt, or an attempt that was decided before: then it is a duplicate and changes nothing.
-- What is stored has its letter closed; what is not stays the same letter, with one attempt more, and is published again.
create function pg_temp.redrive(batch_topic uuid, batch_partition integer, counted_from bigint) returns void
language plpgsql
set enable_seqscan = off
set jit = off
as $$
declare
  tried  pg_temp.staged;
  letter dead_letters;
  owner  event_keys;
  verdict text;
begin
  -- In the order of the ledger's key, as all that lock it: two flushes cannot deadlock.
  for tried in
    select s.* from pg_temp.staged s where s.redrive_letter is not null
     order by s.tenant_id, s.idempotency_key, s."offset"
  loop
    select l.* into letter
      from dead_letters l
     where l.id = tried.redrive_letter and l.attempts = tried.redrive_attempt and l.state = 'open'
       for update;
    if not found then
      insert into pg_temp.settled select tried."offset", 'duplicate' where tried."offset" >= counted_from;
      continue;
    end if;

    insert into event_keys (tenant_id, idempotency_key, fingerprint, outcome, request_id,
                            topic_id, partition, "offset", received_at)
    values (tried.tenant_id, tried.idempotency_key, tried.fingerprint,
            case when tried.code is null then 'stored' else 'dead' end, tried.request_id,
            batch_topic, batch_partition, tried."offset", tried.received_at::timestamptz)
    on conflict do nothing;
    if found then
      verdict := case when tried.code is null then 'stored' else 'again' end;
    else
      select k.* into owner
        from event_keys k
       where k.tenant_id = tried.tenant_id and k.idempotency_key = tried.idempotency_key
         for update;
      verdict := case
        when not found then null -- the ledger was trimmed under the batch
        when owner.outcome = 'dead' and owner.tenant_id = letter.tenant_id
             and owner.idempotency_key = letter.idempotency_key and owner.fingerprint = letter.fingerprint
          then case when tried.code is null then 'stored' else 'again' end
        when owner.outcome = 'stored' and owner.fingerprint = tried.fingerprint then 'duplicate'
        else 'reused'
      end;
      if verdict is null then
        raise exception 'the ledger changed under the batch' using errcode = 'PU002';
      end if;
      if verdict = 'stored' then
        update event_keys k
           set outcome = 'stored', fingerprint = tried.fingerprint, request_id = tried.request_id,
               topic_id = batch_topic, partition = batch_partition, "offset" = tried."offset",
               received_at = tried.received_at::timestamptz
         where k.tenant_id = tried.tenant_id and k.idempotency_key = tried.idempotency_key;
      end if;
    end if;

    if verdict in ('stored', 'duplicate') then
      update dead_letters l set state = 'stored', attempts = l.attempts + 1 where l.id = letter.id;
    else
      update dead_letters l
         set attempts = l.attempts + 1,
             code = case when verdict = 'reused' then 'KEY_REUSED' else tried.code end,
             class = case when verdict = 'reused' then 'conflict' else tried.class end,
             stage = case when verdict = 'reused' then 'store' else tried.stage end,
             path = case when verdict = 'reused' then null else tried.path end,
             sentence = case when verdict = 'reused'
                             then 'the idempotency key was used for another event' else tried.sentence end,
             original = coalesce(tried.original::bytea, convert_to(tried.record, 'UTF8')),
             event_id = tried.event_id, event_type = tried.event_type, request_id = tried.request_id,
             received_at = tried.received_at::timestamptz,
             topic_id = batch_topic, partition = batch_partition, "offset" = tried."offset",
             failed_at = now(), published_at = null
       where l.id = letter.id;
    end if;
    insert into pg_temp.settled
    select tried."offset", case when verdict = 'reused' then 'again' else verdict end
     where verdict = 'stored' or tried."offset" >= counted_from;
  end loop;
end
$$;
