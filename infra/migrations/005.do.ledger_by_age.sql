-- no transaction
-- The ledger is trimmed in small batches, oldest first. A btree: entries come in order, so that a new one costs next to
-- nothing. BRIN would cost less still, and find less and less: space that trimming frees is filled with new keys, and
-- a block that holds old and new is in every answer.
create index concurrently if not exists event_keys_by_age on event_keys (received_at);
