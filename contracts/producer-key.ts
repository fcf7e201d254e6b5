/** An idempotency key or an ordering key, as a producer names it: 1 to 255 printable ASCII characters. */
export const producerKey = /^[\x20-\x7e]{1,255}$/
