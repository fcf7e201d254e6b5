-- Events of the load generator's shape, each with an id and a key of its own: one a request, or as many in a JSON
-- array as the second argument says. Arguments: what ids begin with, so that no two runs share one; events a request.
-- Made by joining strings that are ready: what is measured is the server.
local before = '{"event_id":"'
local after = '","event_type":"order_placed","schema_version":1,' ..
  '"occurred_at":"2026-01-02T20:00:00.123Z","payload":{"user_id":"u1234","order_id":"o-123456",' ..
  '"amount":499.90,"serial":12345678901234567890,"ratio":-123.5e-3,"note":"\\"1a2b3c\\" \\\\ \\u00e9",' ..
  '"tags":["a",null,true,{}]},"source":"load","revision":0}'

-- Numbers from here on have nine digits, so that every request is as long as the first.
local last = 100000000

local function head_of(length)
  return 'POST ' .. wrk.path .. ' HTTP/1.1\r\nHost: ' .. wrk.host .. '\r\nX-API-Key: key_load\r\n' ..
    'Content-Type: application/json\r\n' .. 'Content-Length: ' .. length .. '\r\n'
end

local function single(prefix)
  local length = #(before .. prefix .. last .. after)
  local head = head_of(length) .. 'Idempotency-Key: ' .. prefix
  local body = '\r\n\r\n' .. before .. prefix
  return function()
    last = last + 1
    return head .. last .. body .. last .. after
  end
end

local function batch(prefix, events)
  local length = events * #(before .. prefix .. last .. after .. ',') + 1
  local first = head_of(length) .. '\r\n[' .. before .. prefix
  local between = after .. ',' .. before .. prefix
  local parts = {}
  return function()
    for at = 1, events do
      parts[2 * at - 1] = at == 1 and first or between
      parts[2 * at] = last + at
    end
    parts[2 * events + 1] = after .. ']'
    last = last + events
    return table.concat(parts)
  end
end

function init(args)
  local events = tonumber(args[2])
  request = events == 1 and single(args[1]) or batch(args[1], events)
end
