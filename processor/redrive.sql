-- Decides the staged record, which is a dead letter tried again and stands alone in its batch: one key of the ledger is
-- locked, so that it cannot deadlock with the ordered keys of others.
-- A record is a letter's next attempt, or one that was decided before: then it changes nothing, unless the tables have
-- lost what it stored. What is stored has its letter closed; what is not stays the same letter, with one attempt more,
-- and is published again. The letter is known by its id and the fingerprint of what died; after a restore it may have
-- another id, and is found by its key.
create function pg_temp.redrive(batch_topic uuid, batch_partition integer, counted_from bigint) returns void
language plpgsql
set enable_seqscan = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  tried  pg_temp.staged;
  letter dead_letters;
  owner  event_keys;
  verdict text;
begin
  select s.* into strict tried from pg_temp.staged s;
  select l.* into letter
    from dead_letters l
   where l.id = tried.redrive_letter and l.fingerprint = tried.redrive_fingerprint
     for update;
  if not found then
    select l.* into letter
      from dead_letters l
     where l.tenant_id = tried.tenant_id and l.idempotency_key = tried.idempotency_key
       and l.fingerprint = tried.redrive_fingerprint
       for update;
  end if;

  if letter.id is null or (letter.state = 'open' and letter.attempts <> tried.redrive_attempt) then
    verdict := 'duplicate';
  elsif tried.code is not null then
    verdict := case when letter.state = 'open' then 'again' else 'duplicate' end;
  else
    insert into event_keys (tenant_id, idempotency_key, fingerprint, outcome, request_id,
                            topic_id, partition, "offset", received_at)
    values (tried.tenant_id, tried.idempotency_key, tried.fingerprint, 'stored', tried.request_id,
            batch_topic, batch_partition, tried."offset", tried.received_at)
    on conflict do nothing;
    if found then
      verdict := 'stored';
    else
      select k.* into owner
        from event_keys k
       where k.tenant_id = tried.tenant_id and k.idempotency_key = tried.idempotency_key
         for update;
      if not found then
        raise exception 'the ledger changed under the batch' using errcode = 'PU002';
      end if;
      verdict := case
        -- The key is this letter's own.
        when owner.outcome = 'dead' and owner.tenant_id = letter.tenant_id
             and owner.idempotency_key = letter.idempotency_key and owner.fingerprint = letter.fingerprint
          then 'stored'
        when owner.outcome = 'stored' and owner.fingerprint = tried.fingerprint then 'duplicate'
        when letter.state = 'open' then 'reused'
        else 'duplicate'
      end;
      if verdict = 'stored' then
        update event_keys k
           set outcome = 'stored', fingerprint = tried.fingerprint, request_id = tried.request_id,
               topic_id = batch_topic, partition = batch_partition, "offset" = tried."offset",
               received_at = tried.received_at
         where k.tenant_id = tried.tenant_id and k.idempotency_key = tried.idempotency_key;
      end if;
    end if;
    if verdict <> 'reused' and letter.state = 'open' then
      update dead_letters l set state = 'stored', attempts = l.attempts + 1 where l.id = letter.id;
    end if;
  end if;

  if verdict in ('again', 'reused') then
    update dead_letters l
       set attempts = l.attempts + 1,
           code = case when verdict = 'reused' then 'KEY_REUSED' else tried.code end,
           class = case when verdict = 'reused' then 'conflict' else tried.class end,
           stage = case when verdict = 'reused' then 'store' else tried.stage end,
           path = case when verdict = 'reused' then null else tried.path end,
           sentence = case when verdict = 'reused'
                           then 'the idempotency key was used for another event' else tried.sentence end,
           original = coalesce(tried.original::bytea, convert_to(concat(tried.head, tried.payload, tried.tail), 'UTF8')),
           event_id = tried.event_id, event_type = tried.event_type, request_id = tried.request_id,
           received_at = tried.received_at,
           topic_id = batch_topic, partition = batch_partition, "offset" = tried."offset",
           failed_at = now(), published_at = null
     where l.id = letter.id;
  end if;
  insert into pg_temp.settled
  select tried."offset", case when verdict = 'reused' then 'again' else verdict end
   where verdict = 'stored' or tried."offset" >= counted_from;
end
$$;
