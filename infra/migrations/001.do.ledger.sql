-- The ledger: the first record to commit for a (tenant, idempotency key) decides its outcome once and for all.
-- Not partitioned: a unique key on a partitioned table must contain the partition column, and would then
-- no longer be unique per key.
create table event_keys (
  tenant_id       text        not null, -- '' when the record's tenant cannot be read
  idempotency_key text        not null, -- '@topic/partition/offset' when the record's key cannot be read
  fingerprint     text        not null,
  outcome         text        not null check (outcome in ('stored', 'dead')),
  request_id      text,
  topic_id        uuid        not null,
  partition       integer     not null,
  "offset"        bigint      not null,
  received_at     timestamptz not null,
  primary key (tenant_id, idempotency_key)
);

-- How far each partition is counted, and what became of everything before that point. Keyed by Kafka's topic id:
-- a recreated topic is another topic. Moved by compare-and-set in the transaction that writes the rows.
create table pipeline_offsets (
  topic_id     uuid        not null,
  topic        text        not null,
  partition    integer     not null,
  first_offset bigint      not null,
  counted_to   bigint      not null,
  stored       bigint      not null default 0,
  duplicate    bigint      not null default 0,
  dead         bigint      not null default 0,
  skipped      bigint      not null default 0,
  updated_at   timestamptz not null default now(),
  primary key (topic_id, partition),
  check (counted_to - first_offset = stored + duplicate + dead + skipped)
) with (fillfactor = 50);
