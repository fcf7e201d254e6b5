-- The truth about what could not be stored. The dead-letter topic is published from it after commit.
create table dead_letters (
  id              bigint      generated always as identity primary key,
  tenant_id       text        not null, -- '' when it cannot be read
  idempotency_key text        not null,
  fingerprint     text        not null,
  event_id        text,
  event_type      text,
  request_id      text,
  code            text        not null,
  class           text        not null check (class in ('unreadable', 'invalid', 'conflict')),
  stage           text        not null check (stage in ('decode', 'validate', 'store')),
  path            text,                 -- JSON pointer into the event, when one place is to blame
  sentence        text        not null,
  original        bytea       not null, -- the record's value, byte for byte
  attempts        integer     not null default 1,
  state           text        not null default 'open' check (state in ('open')),
  received_at     timestamptz not null,
  failed_at       timestamptz not null default now(),
  published_at    timestamptz,
  topic_id        uuid        not null,
  partition       integer     not null,
  "offset"        bigint      not null,
  -- One dead letter for an event: the same bytes under the same key are the same event, however often they come.
  unique (tenant_id, idempotency_key, fingerprint)
);

create index dead_letters_newest on dead_letters (failed_at desc, id desc);                        -- the list
create index dead_letters_by_event_id on dead_letters (tenant_id, event_id);                       -- search by id
create index dead_letters_unpublished on dead_letters (topic_id, partition, id) where published_at is null; -- outbox
