-- The event is definitely not in Kafka: gives the claim up, if this request still holds it.
-- KEYS: claim. ARGV: request id, fingerprint.
if redis.call('get', KEYS[1]) == 'pending ' .. ARGV[1] .. ' ' .. ARGV[2] then
  return redis.call('del', KEYS[1])
end
return 0
