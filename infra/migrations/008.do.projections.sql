-- Projections: tables that follow events. Each has a marker of its own for every partition of Kafka and moves it in the
-- transaction that changes its tables, so that an event is applied once whatever dies; a projection that fails stands
-- still alone. Their tables live in a schema of their own, where rights are granted without naming each.
create schema projections;

create table projection_states (
  name       text        primary key,
  -- A new projection reads what was stored before it began in the order of the primary key of events, then follows.
  phase      text        not null default 'history' check (phase in ('history', 'following')),
  read_at    timestamptz not null default '-infinity', -- history is read up to this event
  read_id    uuid        not null default '00000000-0000-0000-0000-000000000000',
  history    bigint      not null,           -- events that were stored before it began
  read       bigint      not null default 0, -- those of them that were read
  applied    bigint      not null default 0, -- events of its types that changed its tables, or were older than they
  unfit      bigint      not null default 0, -- events of its types that are not as it declares them, and were left out
  unfit_why  text,                           -- the last of these, and what is wrong with it
  paused_at  timestamptz,
  paused_why text,
  runner     text,                           -- the process that moved it last; others leave it alone for a while
  began_at   timestamptz not null default now(),
  moved_at   timestamptz not null default now()
) with (fillfactor = 50);

-- Offsets of one partition become visible in their order: each flush of it locks its row of pipeline_offsets and moves
-- counted_to by compare-and-set. So "everything below projected_to" has no gaps that could be filled later, which no
-- sequence and no time over all partitions could promise: transactions commit in another order than they begin.
create table projection_positions (
  projection   text    not null references projection_states (name) on update cascade on delete cascade,
  topic_id     uuid    not null,
  partition    integer not null,
  began_at     bigint  not null, -- events below this offset were stored before, and are read as history
  projected_to bigint  not null,
  primary key (projection, topic_id, partition)
) with (fillfactor = 50);

-- Where to find the events between two offsets. An index of events by (topic_id, partition, offset) would do, and make
-- each event dearer to store, for every tenant, whether anything follows it or not; and it could not be built on the
-- days that there are without stopping the store. Instead one row for each statement that stored events says when these
-- were received: the primary key of events finds them by that. Rows that every projection has passed are deleted.
create table event_batches (
  topic_id     uuid            not null,
  partition    integer         not null,
  first_offset bigint          not null,
  last_offset  bigint          not null,
  events       bigint          not null,
  bytes        bigint          not null,                          -- of their payloads, as jsonb
  types        text[],                                            -- event types among them; null: too many to list
  received     tstzmultirange  not null,                          -- a range for each minute in which any was received
  stored_at    timestamptz     not null default clock_timestamp(), -- to take turns by; nothing relies on its order
  primary key (topic_id, partition, last_offset)
) with (autovacuum_vacuum_scale_factor = 0.02);

-- A trigger, and no part of the processor's store: processors of the version before, which go on until they are
-- replaced, store events too. It reads the rows that the statement stored from memory, once.
create function note_event_batch() returns trigger
language plpgsql security definer
set search_path = public, pg_temp
as $$
begin
  insert into event_batches as b (topic_id, partition, first_offset, last_offset, events, bytes, types, received)
  select topic_id, partition, min(first_offset), max(last_offset), sum(events), sum(bytes),
         case when count(*) <= 100 then array_agg(distinct event_type) end,
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

create trigger note_event_batch after insert on events referencing new table as stored
  for each statement execute function note_event_batch();

-- Deletes up to `most` rows that every projection has passed, and returns how many. A projection that nobody runs any
-- more holds them back until its row of projection_states is deleted.
create function trim_event_batches(most integer) returns bigint
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
  deleted bigint;
begin
  with passed as (
    -- A projection without a position for a partition begins with it at the first offset that was counted.
    select o.topic_id, o.partition,
           coalesce(min(coalesce(p.projected_to, o.first_offset)) filter (where s.name is not null), o.counted_to) as below
      from pipeline_offsets o
      left join projection_states s on true
      left join projection_positions p
        on p.projection = s.name and p.topic_id = o.topic_id and p.partition = o.partition
     group by o.topic_id, o.partition
  )
  delete from event_batches
   where ctid = any (array(
     select b.ctid
       from passed
       join event_batches b using (topic_id, partition)
      where b.last_offset < passed.below
      limit most
      for update of b skip locked));
  get diagnostics deleted = row_count;
  return deleted;
end
$$;

-- A partition whose count is deleted is counted anew from what Kafka has: after Kafka was set back, new records get offsets
-- that others had before. The markers go with the count, or they would pass over these; and so that nothing is applied a
-- second time, all that was stored has to be applied first.
create function forget_positions() returns trigger
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
      using hint = 'Wait until they have, or delete the rows of those that cannot from projection_states.';
  end if;
  delete from event_batches b where b.topic_id = old.topic_id and b.partition = old.partition;
  delete from projection_positions p where p.topic_id = old.topic_id and p.partition = old.partition;
  return old;
end
$$;

create trigger forget_positions before delete on pipeline_offsets
  for each row execute function forget_positions();

revoke execute on function note_event_batch(), forget_positions(), trim_event_batches(integer) from public;

-- Commerce. A row is what the newest event about it said, by the time at which it occurred, then by where it lies in
-- Kafka: occurred_at, offset and partition are that event's.
create table projections.users (
  tenant_id   text        not null,
  user_id     text        not null,
  email       text        not null,
  first_name  text        not null,
  last_name   text        not null,
  created_at  timestamptz not null,
  occurred_at timestamptz not null,
  "offset"    bigint      not null,
  partition   integer     not null,
  primary key (tenant_id, user_id)
);

create table projections.orders (
  tenant_id    text        not null,
  order_id     text        not null,
  user_id      text        not null,
  total_amount numeric     not null,
  currency     text        not null,
  placed_at    timestamptz not null,
  occurred_at  timestamptz not null,
  "offset"     bigint      not null,
  partition    integer     not null,
  primary key (tenant_id, order_id)
);
create index orders_of_user on projections.orders (tenant_id, user_id, placed_at desc, order_id); -- the last of a user

create table projections.order_items (
  tenant_id   text        not null,
  order_id    text        not null,
  line        integer     not null, -- from 1, as the order lists them
  sku         text        not null,
  quantity    integer     not null,
  price       numeric     not null,
  occurred_at timestamptz not null,
  "offset"    bigint      not null,
  partition   integer     not null,
  primary key (tenant_id, order_id, line)
);

-- No foreign key: a payment may come before its order.
create table projections.payments (
  tenant_id      text        not null,
  payment_id     text        not null,
  order_id       text        not null,
  amount         numeric     not null,
  currency       text        not null,
  payment_method text        not null,
  status         text        not null,
  settled_at     timestamptz not null,
  occurred_at    timestamptz not null,
  "offset"       bigint      not null,
  partition      integer     not null,
  primary key (tenant_id, payment_id)
);
create index payments_of_order on projections.payments (tenant_id, order_id); -- beside the order

-- quantity and adjustments are sums over all events, the rest is what the newest of them said.
create table projections.inventory (
  tenant_id   text        not null,
  sku         text        not null,
  quantity    bigint      not null,
  adjustments bigint      not null,
  reason      text        not null,
  adjusted_at timestamptz not null,
  occurred_at timestamptz not null,
  "offset"    bigint      not null,
  partition   integer     not null,
  primary key (tenant_id, sku)
);
