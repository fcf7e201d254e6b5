-- What keeps the tables at their size. Processors call these functions and need no other right to change the schema
-- or to delete: each does one thing, runs as the owner of the tables, and refuses what no setting can ask for. Old is
-- what is old by the clock of this server: a processor whose clock is wrong drops nothing.

-- Rows that never change are frozen by the first vacuum that sees their page, and no later one has to write it again.
-- Vacuum comes when a fiftieth of a table is dead, not a fifth: trimmed space is used again within the day, and what
-- changes is the newest rows only.
alter table event_keys set (autovacuum_freeze_min_age = 0, autovacuum_vacuum_scale_factor = 0.02);
alter table event_counts set (autovacuum_vacuum_scale_factor = 0.02);

do $$
declare
  day regclass;
begin
  for day in select inhrelid from pg_inherits where inhparent in ('events'::regclass, 'event_requests'::regclass) loop
    execute format('alter table %s set (autovacuum_freeze_min_age = 0)', day);
  end loop;
end
$$;

-- Makes the partitions of one UTC day, if they are missing. Safe to call from several processors at once. Created apart
-- and then attached: `create table … partition of` would wait for every reader of the whole table, and stores for it.
create or replace function ensure_day(day date) returns void
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
  lower_bound timestamptz := day::timestamp at time zone 'UTC';
  upper_bound timestamptz := (day + 1)::timestamp at time zone 'UTC';
  parent text;
  child text;
begin
  perform pg_advisory_xact_lock(hashtext('pulse.ensure_day'));
  foreach parent in array array['events', 'event_requests'] loop
    child := parent || '_' || to_char(day, 'YYYYMMDD');
    if to_regclass(child) is null then
      execute format('create table %I (like %I including all) with (autovacuum_freeze_min_age = 0)', child, parent);
      execute format('alter table %I attach partition %I for values from (%L) to (%L)',
        parent, child, lower_bound, upper_bound);
    end if;
  end loop;
end
$$;

-- Drops the oldest day of events or event_requests when all of it is more than keep_days old. Returns that day, or null
-- when there is none to drop or another session is at it.
-- To drop a partition its parent is locked for an instant, and whoever comes waits behind the one who waits: so it waits
-- for a fifth of a second only, fails with 55P03 (lock_not_available), and is called again. `detach … concurrently`
-- would let nobody wait, but cannot run in a function: every processor would have to own the tables, and a detach that
-- is interrupted would have to be found and finished.
create function drop_oldest_day(parent text, keep_days integer) returns date
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
  execute format('drop table %I', child);
  return day;
end
$$;

-- Deletes up to `most` keys that are more than keep_days old, oldest first, and returns how many, and how far in time it
-- came: the next call begins `after` that, and does not read again what is deleted and not yet vacuumed. Rows that
-- somebody else is deleting are left out.
create function trim_event_keys(keep_days integer, after timestamptz, most integer,
                                out deleted bigint, out reached timestamptz)
language plpgsql security definer
set search_path = public, pg_temp
-- Through the index, whatever the plan was made for.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  if keep_days < 31 then
    raise exception 'keys are kept for 31 days at least' using errcode = '22023';
  end if;
  with gone as (
    delete from event_keys
     where ctid = any (array(
       select k.ctid from event_keys k
        where k.received_at >= after and k.received_at < now() - keep_days * interval '24 hours'
        order by k.received_at
        limit most
        for update skip locked))
    returning received_at
  )
  select count(*), max(gone.received_at) into deleted, reached from gone;
end
$$;

-- The same for minutes of event_counts, through its primary key.
create function trim_event_counts(keep_days integer, after timestamptz, most integer,
                                  out deleted bigint, out reached timestamptz)
language plpgsql security definer
set search_path = public, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
as $$
begin
  if keep_days < 1 then
    raise exception 'counts are kept for a day at least' using errcode = '22023';
  end if;
  with gone as (
    delete from event_counts
     where ctid = any (array(
       select c.ctid from event_counts c
        where c.minute >= after and c.minute < now() - keep_days * interval '24 hours'
        order by c.minute
        limit most
        for update skip locked))
    returning minute
  )
  select count(*), max(gone.minute) into deleted, reached from gone;
end
$$;

-- They run as their owner: nobody calls them without having been told that they may.
revoke execute on function ensure_day(date), drop_oldest_day(text, integer),
  trim_event_keys(integer, timestamptz, integer), trim_event_counts(integer, timestamptz, integer) from public;
