-- One event of the load generator's shape, posted again and again.
wrk.method = 'POST'
wrk.headers['X-API-Key'] = 'key_load'
wrk.headers['Idempotency-Key'] = 'load-mwqcow7mb613-123456'
wrk.headers['Content-Type'] = 'application/json'
wrk.body = '{"event_id":"evt_mwqcow7mb613_123456","event_type":"order_placed","schema_version":1,' ..
  '"occurred_at":"2026-01-02T20:00:00.123Z","payload":{"user_id":"u1234","order_id":"o-123456",' ..
  '"amount":499.90,"serial":12345678901234567890,"ratio":-123.5e-3,"note":"\\"1a2b3c\\" \\\\ \\u00e9",' ..
  '"tags":["a",null,true,{}]},"source":"load","revision":0}'
