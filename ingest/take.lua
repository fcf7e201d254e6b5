-- Lets one tenant's events in, in order: each one that fits the tenant's limits is counted and, if it asks for one,
-- takes the claim on its key.
-- KEYS: counters of events in this and in the previous minute, of bytes in this and in the previous minute, then for
--   each event its claim ('' to count only).
-- ARGV: events a minute, bytes a minute (-1 unlimited), weight of the previous minute, lease in ms, then for each event
--   '<request id> <fingerprint>', then, where bytes are limited, for each event its size in bytes.
-- A claim is 'pending <request id> <fingerprint>' for the lease, then 'done <request id> <fingerprint>'.
-- Returns events and bytes of this and the previous minute, and for each event 0 over the limit, 1 claim taken,
--   2 counted, 3 the key holds no text, or the text that it holds.
local event_limit, byte_limit, weight = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local limited = event_limit >= 0 or byte_limit >= 0
local events, bytes, events_before, bytes_before = 0, 0, 0, 0
if limited then
  local counts = redis.call('mget', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
  events, events_before = tonumber(counts[1] or 0), tonumber(counts[2] or 0)
  bytes, bytes_before = tonumber(counts[3] or 0), tonumber(counts[4] or 0)
end

local event_room, byte_room = math.huge, math.huge
if event_limit >= 0 then event_room = event_limit - events - events_before * weight end
if byte_limit >= 0 then byte_room = byte_limit - bytes - bytes_before * weight end

local reply = {}
local asking = #KEYS - 4
local counted, counted_bytes = 0, 0
for i = 1, asking do
  local key, who, size = KEYS[4 + i], ARGV[4 + i], tonumber(ARGV[4 + asking + i] or 0)
  if event_room < 1 or byte_room < size then
    reply[i] = 0
  else
    event_room, byte_room = event_room - 1, byte_room - size
    counted, counted_bytes = counted + 1, counted_bytes + size
    if key == '' then
      reply[i] = 2
    else
      -- Mostly it is free: one command then, two when it is not.
      if redis.call('set', key, 'pending ' .. who, 'nx', 'px', ARGV[4]) then
        reply[i] = 1
      else
        local held = redis.pcall('get', key)
        reply[i] = type(held) == 'string' and held or 3
      end
    end
  end
end

-- Kept as long as the next minute weighs this one.
if event_limit >= 0 and counted > 0 then
  events = redis.call('incrby', KEYS[1], counted)
  redis.call('expire', KEYS[1], 120)
end
if byte_limit >= 0 and counted > 0 then
  bytes = redis.call('incrby', KEYS[3], counted_bytes)
  redis.call('expire', KEYS[3], 120)
end
return { events, bytes, events_before, bytes_before, reply }
