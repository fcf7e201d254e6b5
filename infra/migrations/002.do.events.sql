-- Stored events, one partition a day of received_at, so that retention is a dropped table.
create table events (
  id              uuid        not null default gen_random_uuid(),
  tenant_id       text        not null,
  event_id        text        not null,
  idempotency_key text        not null,
  event_type      text        not null,
  schema_version  integer     not null,
  occurred_at     timestamptz not null,
  received_at     timestamptz not null,
  processed_at    timestamptz not null default now(),
  payload         jsonb       not null,
  extra           jsonb,                -- top-level fields of the event that the envelope does not name
  status          text        not null default 'processed',
  request_id      text        not null,
  ordering_key    text,
  topic_id        uuid        not null,
  partition       integer     not null,
  "offset"        bigint      not null,
  primary key (received_at, id)
) partition by range (received_at);

create index events_by_event_id on events (tenant_id, event_id);        -- search by event id
create index events_by_key on events (tenant_id, idempotency_key);      -- search by idempotency key
create index events_by_type on events (event_type, occurred_at);        -- a type over time

-- A request that was answered 202 and turned out to repeat another: its request id can still be looked up.
create table event_requests (
  tenant_id       text        not null,
  request_id      text        not null,
  idempotency_key text        not null,
  verdict         text        not null check (verdict in ('duplicate')),
  received_at     timestamptz not null,
  topic_id        uuid        not null,
  partition       integer     not null,
  "offset"        bigint      not null,
  primary key (received_at, tenant_id, request_id, topic_id, partition, "offset")
) partition by range (received_at);

create index event_requests_by_id on event_requests (tenant_id, request_id); -- look up a request id

-- Makes the partitions of one UTC day, if they are missing. Safe to call from several processors at once. Created apart
-- and then attached: `create table … partition of` would wait for every reader of the whole table, and stores for it.
create function ensure_day(day date) returns void language plpgsql as $$
declare
  lower_bound timestamptz := day::timestamp at time zone 'UTC';
  upper_bound timestamptz := (day + 1)::timestamp at time zone 'UTC';
  parent text;
begin
  perform pg_advisory_xact_lock(hashtext('pulse.ensure_day'));
  foreach parent in array array['events', 'event_requests'] loop
    if to_regclass(parent || '_' || to_char(day, 'YYYYMMDD')) is null then
      execute format('create table %I (like %I including all)',
        parent || '_' || to_char(day, 'YYYYMMDD'), parent);
      execute format('alter table %I attach partition %I for values from (%L) to (%L)',
        parent, parent || '_' || to_char(day, 'YYYYMMDD'), lower_bound, upper_bound);
    end if;
  end loop;
end
$$;
