-- What a projection's statements read. Lives in the session, and is filled and emptied within one transaction.
create temporary table batch (
  n           integer     not null,
  tenant_id   text        not null,
  event_id    text        not null,
  event_type  text        not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  topic_id    uuid        not null,
  partition   integer     not null,
  "offset"    bigint      not null,
  payload     jsonb       not null
);

create function pg_temp.empty_batch() returns void language plpgsql as $$
begin
  -- Deleting costs less than truncating; deleted rows still take space.
  if pg_relation_size('pg_temp.batch') > 8 * 1024 * 1024 then
    truncate pg_temp.batch;
  else
    delete from pg_temp.batch;
  end if;
end
$$;
