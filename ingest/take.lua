-- Counts one event against the tenant's minute and, unless that is over the limit, takes the claim on its key.
-- KEYS: quota counter, claim ('' to count only). ARGV: limit (-1 unlimited), request id, fingerprint, lease in ms.
-- A claim is 'pending <request id> <fingerprint>' for the lease, then 'done <request id> <fingerprint>'.
-- Returns {what, used, request id of the first}.
local used = redis.call('incr', KEYS[1])
if used == 1 then redis.call('expire', KEYS[1], 120) end
local limit = tonumber(ARGV[1])
if limit >= 0 and used > limit then return { 'limited', used } end
if KEYS[2] == '' then return { 'counted', used } end
local held = redis.call('get', KEYS[2])
if not held then
  redis.call('set', KEYS[2], 'pending ' .. ARGV[2] .. ' ' .. ARGV[3], 'px', ARGV[4])
  return { 'taken', used }
end
local state, request_id, fingerprint = string.match(held, '^(%a+) (%S+) (%S+)$')
if fingerprint ~= ARGV[3] then return { 'reused', used } end
return { state, used, request_id }
