/**
 * Finds the keys that a request has to do with. What a request decided or repeated is looked for where its id says that it
 * was given: from that millisecond on, further and further, for longer than an event ever waits at the door.
 */
import { givenAtMs } from '../contracts/request-id.ts'
import type { RequestKey } from '../views/record-facts.ts'
import type { Sql } from './postgres.ts'
import { keysOfRequest } from './queries/keys-of-request.ts'
import { lettersOfRequest } from './queries/letters-of-request.ts'

/** An event is received behind the events before it: later than its request's id was given. */
const spansMs = [
  [-1, 100],
  [100, 2_000],
  [2_000, 60_000],
] as const

export async function requestKeys(
  sql: Sql,
  requestId: string,
  tenantId: string | undefined,
): Promise<readonly RequestKey[]> {
  const letters = await lettersOfRequest(sql, requestId, tenantId)
  const givenAt = givenAtMs(requestId)
  if (letters.length > 0 || givenAt === undefined) return letters
  for (const [least, most] of spansMs) {
    const span = { tenantId, from: new Date(givenAt + least), to: new Date(givenAt + most) }
    const keys = await keysOfRequest(sql, requestId, span)
    if (keys.length > 0) return keys
  }
  return []
}
