-- Kafka has the event: the claim becomes done for its time to live. Also after the lease ran out, and over a claim
-- that another request holds for the same event; never over another event or an earlier done.
-- KEYS: claim. ARGV: request id, fingerprint, time to live in seconds.
local held = redis.call('get', KEYS[1])
if held then
  local state, _, fingerprint = string.match(held, '^(%a+) (%S+) (%S+)$')
  if state == 'done' or fingerprint ~= ARGV[2] then return 0 end
end
redis.call('set', KEYS[1], 'done ' .. ARGV[1] .. ' ' .. ARGV[2], 'ex', ARGV[3])
return 1
