/** The event that wrk.lua posts, with an id of its own: bytes and fields alike. */
export const eventText = (id: string): string => `${before}${id}${after}`

const before = '{"event_id":"'
const after =
  '","event_type":"order_placed","schema_version":1,"occurred_at":"2026-01-02T20:00:00.123Z",' +
  '"payload":{"user_id":"u1234","order_id":"o-123456","amount":499.90,"serial":12345678901234567890,' +
  '"ratio":-123.5e-3,"note":"\\"1a2b3c\\" \\\\ \\u00e9","tags":["a",null,true,{}]},"source":"load","revision":0}'
