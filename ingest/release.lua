-- The events are definitely not in Kafka: gives up each claim that its request still holds.
-- KEYS: claims. ARGV: for each claim '<request id> <fingerprint>'.
-- Returns how many were given up.
local free = 0
for i = 1, #KEYS do
  -- What holds no text is no claim, and an error here.
  if redis.pcall('get', KEYS[i]) == 'pending ' .. ARGV[i] then
    free = free + redis.call('del', KEYS[i])
  end
end
return free
