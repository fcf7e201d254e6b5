-- What a projection reads and how it is applied. Lives in the session, so that it is always of the same version as the
-- process that calls it.
create temporary table batch (
  n           bigint      not null generated always as identity (cache 1000),
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
-- The planner is told how many rows there are, and nothing else: that is quickly found out.
alter table batch
  alter n set statistics 0, alter tenant_id set statistics 0, alter event_id set statistics 0,
  alter event_type set statistics 0, alter occurred_at set statistics 0, alter received_at set statistics 0,
  alter topic_id set statistics 0, alter partition set statistics 0, alter "offset" set statistics 0,
  alter payload set statistics 0;

create function pg_temp.empty_batch() returns void language plpgsql as $$
begin
  -- Deleting a few rows costs less than truncating; deleted rows still take space, and are read again and again.
  if pg_relation_size('pg_temp.batch') > 256 * 1024 then
    truncate pg_temp.batch;
  else
    delete from pg_temp.batch;
  end if;
end
$$;

-- Fills the batch with events of some types that lie between offsets, `moves`, and were received in `spans`: microseconds
-- since 1970. Returns what there is to be checked.
-- The plan is made while tables are small, and then kept: events are looked up through an index, whatever the size was.
-- Forbidding other scans makes plans look dear, and dear plans are compiled: hence no JIT. Which index is not left to the
-- planner either: it knows nothing of spans, and with thousands of types it would take that of types. A subquery with an
-- offset keeps them out of its reach.
create function pg_temp.fill_batch(
  followed text[], spans json, moves json,
  out n bigint, out event_type text, out payload text, out topic_id uuid, out partition integer, out "offset" bigint
) returns setof record language plpgsql
set enable_seqscan = off
set jit = off
as $$
#variable_conflict use_column
declare
  -- The same for all spans together: days that hold none of them are left out before anything begins.
  first_instant timestamptz;
  last_instant timestamptz;
begin
  select 'epoch'::timestamptz + min(s.earliest) * interval '1 microsecond',
         'epoch'::timestamptz + max(s.latest) * interval '1 microsecond'
    into first_instant, last_instant
    from json_to_recordset(spans) as s (earliest bigint, latest bigint);
  perform pg_temp.empty_batch();
  return query
  insert into pg_temp.batch (tenant_id, event_id, event_type, occurred_at, received_at, topic_id, partition, "offset",
                             payload)
  select e.tenant_id, e.event_id, e.event_type, e.occurred_at, e.received_at, e.topic_id, e.partition, e."offset",
         e.payload
    from json_to_recordset(spans) as s (earliest bigint, latest bigint)
   cross join lateral (
     select * from public.events
      where received_at >= 'epoch'::timestamptz + s.earliest * interval '1 microsecond'
        and received_at <= 'epoch'::timestamptz + s.latest * interval '1 microsecond'
        and received_at >= first_instant and received_at <= last_instant
     offset 0
   ) e
    join (
      select m.*, coalesce(f.forgotten_at, '-infinity') as since
        from json_to_recordset(moves) as m (topic_id uuid, partition integer, was bigint, becomes bigint)
        left join public.forgotten_positions f on f.topic_id = m.topic_id and f.partition = m.partition
      offset 0
    ) m
      on m.topic_id = e.topic_id and m.partition = e.partition and e."offset" >= m.was and e."offset" < m.becomes
     -- Offsets that are given again: events that had them before were applied before the count was deleted.
     and e.processed_at >= m.since
   where e.event_type = any (followed)
  returning n, event_type, payload::text, topic_id, partition, "offset";
  analyze pg_temp.batch;
end
$$;

-- The same with a page of history: what was stored before the projection began. The rest of the page it follows later.
create function pg_temp.fill_batch_from_history(
  instance text, followed text[], after_at timestamptz, after_id uuid, until_at timestamptz, until_id uuid,
  out n bigint, out event_type text, out payload text, out topic_id uuid, out partition integer, out "offset" bigint
) returns setof record language plpgsql
set enable_seqscan = off
set jit = off
as $$
#variable_conflict use_column
begin
  perform pg_temp.empty_batch();
  return query
  insert into pg_temp.batch (tenant_id, event_id, event_type, occurred_at, received_at, topic_id, partition, "offset",
                             payload)
  select e.tenant_id, e.event_id, e.event_type, e.occurred_at, e.received_at, e.topic_id, e.partition, e."offset",
         e.payload
    from (
     select * from public.events
      where received_at >= after_at and received_at <= until_at
        and (received_at, id) > (after_at, after_id) and (received_at, id) <= (until_at, until_id)
     offset 0
   ) e
    left join public.projection_positions p
      on p.projection = instance and p.topic_id = e.topic_id and p.partition = e.partition
    left join public.forgotten_positions f on f.topic_id = e.topic_id and f.partition = e.partition
   where e.event_type = any (followed) and (e."offset" < p.began_at or e.processed_at < f.forgotten_at)
  returning n, event_type, payload::text, topic_id, partition, "offset";
  analyze pg_temp.batch;
end
$$;

-- Moves a projection and applies the batch to its tables, all of it or nothing. False: it was moved elsewhere meanwhile,
-- or is being moved, and nothing has changed. One statement, sent at once: whoever freezes holds no lock. It waits for no
-- disk: a crash takes the tables and the markers back together, and the events are still there.
-- Raises PU003 when the batch is not what was filled, and PU004 for what a statement of the projection raised, with its
-- SQLSTATE as the detail.
create function pg_temp.apply_batch(
  instance text, tables_in text, statements json,
  step json -- {moves: [{topic_id, partition, was, becomes}], history: {after_at, after_id, until_at, until_id, read} or
            -- {ends: true} or null, applied, unfit, unfit_why, missed, runner}
) returns boolean language plpgsql
-- Statements of a projection are planned each time, with tables as large as they are. A batch touches a few rows of them,
-- which lie in memory: looking each up costs less than reading all of a table, also where the planner thinks of disks.
set random_page_cost = 1.1
set jit = off
set lock_timeout = '2s' -- whoever holds a table of a projection is no fault of it, and is told apart by this
as $$
declare
  moves constant json := step -> 'moves';
  page constant json := step -> 'history';
  to_apply constant integer := (step ->> 'applied')::integer;
  statement text;
begin
  perform set_config('synchronous_commit', 'off', true);
  perform from public.projection_states s
    where s.name = instance
      and s.phase = case when page is null then 'following' else 'history' end
      and (page is null or page ->> 'ends' is not null
           or (s.read_at, s.read_id) = ((page ->> 'after_at')::timestamptz, (page ->> 'after_id')::uuid))
    for no key update skip locked;
  if not found then return false; end if;
  if (select count(*)
        from json_to_recordset(moves) as m (topic_id uuid, partition integer, was bigint, becomes bigint)
        join public.projection_positions p
          on p.projection = instance and p.topic_id = m.topic_id and p.partition = m.partition
         and p.projected_to = m.was) <> json_array_length(moves)
  then return false; end if;

  update public.projection_positions p
     set projected_to = m.becomes
    from json_to_recordset(moves) as m (topic_id uuid, partition integer, was bigint, becomes bigint)
   where p.projection = instance and p.topic_id = m.topic_id and p.partition = m.partition;
  update public.projection_states s
     set phase = case when page ->> 'ends' is not null then 'following' else s.phase end,
         read_at = coalesce((page ->> 'until_at')::timestamptz, s.read_at),
         read_id = coalesce((page ->> 'until_id')::uuid, s.read_id),
         read = s.read + coalesce((page ->> 'read')::bigint, 0),
         applied = s.applied + to_apply,
         unfit = s.unfit + (step ->> 'unfit')::bigint,
         unfit_why = coalesce(step ->> 'unfit_why', s.unfit_why),
         -- Of history, what was dropped before it was read.
         missed = s.missed + coalesce((step ->> 'missed')::bigint, 0)
                + case when page ->> 'ends' is not null then greatest(s.history - s.read, 0) else 0 end,
         paused_at = null, paused_why = null, moved_at = now(), runner = step ->> 'runner'
   where s.name = instance;
  if to_apply = 0 then return true; end if;

  if (select count(*) from pg_temp.batch) <> to_apply then
    raise exception 'the batch is not what was filled' using errcode = 'PU003';
  end if;
  -- A rebuild's schema stands alone: a table that a projection forgot to declare is missing there, and is not changed a
  -- second time.
  perform set_config('search_path', quote_ident(tables_in) || ', public, pg_temp', true);
  for statement in select value from json_array_elements_text(statements) loop
    begin
      execute statement;
    exception when others then
      raise exception '%', sqlerrm using errcode = 'PU004', detail = sqlstate;
    end;
  end loop;
  return true;
end
$$;
