/**
 * Request ids: `req_` and a UUID of version 7 (RFC 9562), whose first 48 bits are when it was given, in milliseconds since
 * 1970; an event among several has `.<its number>` behind it. Whoever looks one up knows from it where in time to look, so
 * that no table needs an index for them: an event is received within seconds of when its id was given.
 */
export const isRequestId = (text: string): boolean => issued.test(text)

const issued =
  /^req_([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(\.\d{1,16})?$/

/** A request id given at `ms`, made of a random UUID of any version. */
export const requestIdFrom = (ms: number, uuid: string): string =>
  `req_${timeOf(ms)}-7${uuid.slice(15)}`

/** The id with another time: for what comes later on the same stream. Its random part stays. */
export const requestIdAt = (ms: number, requestId: string): string =>
  `req_${timeOf(ms)}${requestId.slice('req_01234567-89ab'.length)}`

/** When an id was given, in milliseconds since 1970; undefined when it is none of ours. */
export function givenAtMs(requestId: string): number | undefined {
  const found = issued.exec(requestId)
  return found ? Number.parseInt(`${found[1]}${found[2]}`, 16) : undefined
}

let lastMs = -1
let lastTime = ''

/** The first two groups of digits. Requests of one millisecond share the text. */
function timeOf(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms
    const hex = ms.toString(16).padStart(12, '0')
    lastTime = `${hex.slice(0, 8)}-${hex.slice(8)}`
  }
  return lastTime
}
