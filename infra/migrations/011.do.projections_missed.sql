-- What projections cannot know any more is told, and what nobody will read holds nothing back.

-- Days of events that were dropped with events in them: these cannot be applied again, so that nothing is rebuilt.
create table dropped_days (
  day        date        primary key,
  dropped_at timestamptz not null default now()
);

-- Until now nobody wrote them down. Counts by the minute go when their events do: are there fewer, days were dropped.
insert into dropped_days (day)
select coalesce(min(to_date(right(c.relname, 8), 'YYYYMMDD')), (now() at time zone 'UTC')::date) - 1
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
 where i.inhparent = 'events'::regclass and c.relname ~ '^events_[0-9]{8}$'
having (select coalesce(sum(stored), 0) from pipeline_offsets) > (select coalesce(sum(stored), 0) from event_counts);

-- Partitions whose count was deleted. Their events stay, and their offsets are given again: for a projection that begins
-- later, what was processed before then was stored before it began, whatever its offset.
create table forgotten_positions (
  topic_id     uuid        not null,
  partition    integer     not null,
  stored       bigint      not null, -- events that were counted, each time
  forgotten_at timestamptz not null, -- the last time
  primary key (topic_id, partition)
);

-- Events that were dropped before it read them, counted by batches that may have held one of its types: it misses so
-- many at most.
alter table projection_states add column missed bigint not null default 0;

-- Types are listed when a batch has few of them, over however many minutes it was received.
create or replace function note_event_batch() returns trigger
language plpgsql security definer
set search_path = public, pg_temp
as $$
begin
  insert into event_batches as b (topic_id, partition, first_offset, last_offset, events, bytes, types, received)
  select topic_id, partition, min(first_offset), max(last_offset), sum(events), sum(bytes),
         case when count(distinct event_type) <= 100 then array_agg(distinct event_type) end,
         range_agg(tstzrange(earliest, latest, '[]'))
    from (select topic_id, partition, event_type, min("offset") as first_offset, max("offset") as last_offset,
                 count(*) as events, sum(pg_column_size(payload)) as bytes,
                 min(received_at) as earliest, max(received_at) as latest
            from stored
           group by topic_id, partition, event_type, date_bin('1 minute', received_at, 'epoch')) minutes
   group by topic_id, partition
   order by topic_id, partition
  on conflict (topic_id, partition, last_offset) do update
    set first_offset = least(b.first_offset, excluded.first_offset),
        events = b.events + excluded.events,
        bytes = b.bytes + excluded.bytes,
        types = case when b.types is null or excluded.types is null then null else b.types || excluded.types end,
        received = b.received + excluded.received;
  return null;
end
$$;

-- As before, and a day of events that is dropped with events in it is written down.
create or replace function drop_oldest_day(parent text, keep_days integer) returns date
language plpgsql security definer
set search_path = public, pg_temp
set lock_timeout = '200ms'
as $$
declare
  child text;
  day date;
begin
  if parent not in ('events', 'event_requests') or keep_days < 1 then
    raise exception 'no days of % older than % days are dropped', parent, keep_days using errcode = '22023';
  end if;
  -- One lock a table: whoever finds another at it leaves the whole table to that one, which is at this table then.
  if not pg_try_advisory_xact_lock(hashtext('pulse.drop_oldest_day'), hashtext(parent)) then return null; end if;
  select c.relname, to_date(right(c.relname, 8), 'YYYYMMDD')
    into child, day
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
   where i.inhparent = parent::regclass and c.relname ~ ('^' || parent || '_[0-9]{8}$')
   order by c.relname
   limit 1;
  if child is null or day + 1 > (now() at time zone 'UTC')::date - keep_days then return null; end if;
  if parent = 'events' then
    execute format('insert into dropped_days (day) select %L::date where exists (select from %I)
                      on conflict do nothing', day, child);
  end if;
  execute format('drop table %I', child);
  return day;
end
$$;

-- Lets go of batches that nobody will read, so that they can be trimmed. A projection that stood still until the days of
-- a batch were dropped passes over it, and what it misses is counted: the events are gone, and a note of them helps
-- nobody. The row of a rebuild that was killed goes when it has not moved for an hour. Looks at up to `most` batches of
-- a partition, the first ones, and returns how many markers it moved. Waits for nobody who works on a projection.
create function release_event_batches(most integer) returns bigint
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
  oldest timestamptz; -- day of events that there is
  still text[];       -- projections that nobody works on
  moved bigint;
begin
  delete from projection_states
   where name in (
     select s.name from projection_states s
      where s.name like '%~rebuild' and s.moved_at < now() - interval '1 hour'
      for update skip locked);

  select to_date(min(right(c.relname, 8)), 'YYYYMMDD')::timestamp at time zone 'UTC'
    into oldest
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
   where i.inhparent = 'events'::regclass and c.relname ~ '^events_[0-9]{8}$';
  still := array(select s.name from projection_states s for no key update skip locked);

  insert into projection_positions (projection, topic_id, partition, began_at, projected_to)
  select s.name, o.topic_id, o.partition, o.first_offset, o.first_offset
    from projection_states s
   cross join pipeline_offsets o
   where s.name = any (still)
     and not exists (select from projection_positions p
                      where p.projection = s.name and p.topic_id = o.topic_id and p.partition = o.partition)
  on conflict do nothing;

  with heads as (
    select o.topic_id, o.partition, b.last_offset, b.events, b.types,
           bool_and(coalesce(upper(b.received) < oldest, false))
             over (partition by o.topic_id, o.partition order by b.last_offset) as gone
      from pipeline_offsets o
     cross join lateral (
       select * from event_batches e
        where e.topic_id = o.topic_id and e.partition = o.partition
        order by e.last_offset
        limit most
     ) b
  ), passed_over as (
    select p.projection, p.topic_id, p.partition, max(h.last_offset) + 1 as becomes,
           coalesce(sum(h.events) filter (
             where s.types is null or h.types is null or h.types && s.types), 0) as missed
      from heads h
      join projection_positions p on p.topic_id = h.topic_id and p.partition = h.partition
       and p.projected_to <= h.last_offset
      join projection_states s on s.name = p.projection
     where h.gone and s.name = any (still)
     group by p.projection, p.topic_id, p.partition
  ), told as (
    update projection_states s
       set missed = s.missed + l.missed
      from (select projection, sum(o.missed) as missed from passed_over o group by projection) l
     where s.name = l.projection and l.missed > 0
  ), markers as (
    update projection_positions p
       set projected_to = o.becomes
      from passed_over o
     where p.projection = o.projection and p.topic_id = o.topic_id and p.partition = o.partition
    returning p.projection
  )
  select count(*) into moved from markers;
  return moved;
end
$$;

-- As before; what was processed until now is remembered as such, and the hint says the whole of what helps.
create or replace function forget_positions() returns trigger
language plpgsql security definer
set search_path = public, pg_temp
as $$
begin
  if exists (
    select from projection_states s
      left join projection_positions p
        on p.projection = s.name and p.topic_id = old.topic_id and p.partition = old.partition
     where s.phase = 'history' or coalesce(p.projected_to, old.first_offset) < old.counted_to)
  then
    raise exception 'projections have not caught up with partition % of %', old.partition, old.topic
      using hint = 'Wait until they have. Of one that cannot, delete the row of projection_states and truncate the tables: '
                   'it begins anew.';
  end if;
  delete from event_batches b where b.topic_id = old.topic_id and b.partition = old.partition;
  delete from projection_positions p where p.topic_id = old.topic_id and p.partition = old.partition;
  -- Whoever stored into it has committed by now, and began before.
  insert into forgotten_positions as f (topic_id, partition, stored, forgotten_at)
  values (old.topic_id, old.partition, old.stored, clock_timestamp())
  on conflict (topic_id, partition) do update
    set stored = f.stored + excluded.stored, forgotten_at = excluded.forgotten_at;
  return old;
end
$$;

revoke execute on function release_event_batches(integer) from public;
