-- Kafka has the events: their claims become done for their time to live. Also after the lease ran out, and over a claim
-- that another request holds for the same event, and over what is no claim; never over another event or an earlier done.
-- KEYS: claims. ARGV: time to live in seconds, lease in ms, then for each claim '<request id> <fingerprint>'.
-- Returns how many became done.
local done = 0
for i = 1, #KEYS do
  local who = ARGV[2 + i]
  -- Mostly the claim is still ours: one command then, and another to put back what should have stayed.
  local held = redis.pcall('set', KEYS[i], 'done ' .. who, 'ex', ARGV[1], 'get')
  done = done + 1
  if type(held) == 'table' then
    -- An error: the key holds no text, and so no claim. One that stops this command too (no memory) ends the script.
    redis.call('set', KEYS[i], 'done ' .. who, 'ex', ARGV[1])
  elseif held and held ~= 'pending ' .. who then
    local state, _, fingerprint = string.match(held, '^(%a+) (%S+) (%S+)$')
    if state == 'done' then
      redis.call('set', KEYS[i], held, 'ex', ARGV[1])
      done = done - 1
    elseif state == 'pending' and fingerprint ~= string.match(who, '(%S+)$') then
      redis.call('set', KEYS[i], held, 'px', ARGV[2])
      done = done - 1
    end
  end
end
return done
