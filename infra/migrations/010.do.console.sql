-- What the console tells of one event.

-- Of the event that came with the request: its key may be another event's. Null where the version before stored it.
alter table event_requests add column if not exists fingerprint text;

-- The event types that a projection follows, as its processor says when it begins; null until one has.
alter table projection_states add column types text[];
