/**
 * Request ids: `req_` and a UUID of version 7 (RFC 9562), whose first 48 bits are when it was given, in milliseconds since
 * 1970; an event of a batch has `.<its place>` behind it. Whoever looks one up knows from it where in time to look, so
 * that no table needs an index for them.
 */
export const isRequestId = (text: string): boolean => issued.test(text)

const issued =
  /^req_([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(\.\d{1,5})?$/

/** A request id given at `ms`, made of a random UUID of any version. */
export function requestIdFrom(ms: number, uuid: string): string {
  const time = hexOf(ms)
  return `req_${time.slice(0, 8)}-${time.slice(8)}-7${uuid.slice(15)}`
}

/** When an id was given, in milliseconds since 1970; undefined when it is none of ours. */
export function givenAtMs(requestId: string): number | undefined {
  const found = issued.exec(requestId)
  return found ? Number.parseInt(`${found[1]}${found[2]}`, 16) : undefined
}

let lastMs = -1
let lastHex = ''

/** Requests of one millisecond share the text. */
function hexOf(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms
    lastHex = ms.toString(16).padStart(12, '0')
  }
  return lastHex
}
