/** A dead letter in the words of seed 003's list: pure. */
import { readOriginal } from '../contracts/original.ts'
import type { DeadLetter } from './dead-letter.ts'

/** Of a longer original the list has the beginning: it lies in memory, beside the claims. The table has all of it. */
const mostCharacters = 16_384

/**
 * `{eventId, originalData, error, timestamp, retryCount}` as JSON. `originalData` is text, in base64 when the bytes are no
 * text; when it is cut, `originalBytes` tells how long it was.
 */
export function mirrorEntry(letter: DeadLetter): string {
  // A character has four bytes at most: no more of a large original is read.
  const beginning = letter.original.subarray(0, 4 * mostCharacters)
  const part = beginning.length < letter.original.length
  const read = readOriginal(beginning, part)
  const text = read.kind === 'bytes' ? read.base64 : read.text
  const cut = part || text.length > mostCharacters
  return JSON.stringify({
    eventId: letter.eventId ?? '',
    originalData: cut ? text.slice(0, mostCharacters).toWellFormed() : text,
    error: `${letter.code}: ${letter.sentence}`,
    timestamp: letter.failedAt.toISOString(),
    retryCount: letter.attempts - 1,
    ...(cut && { originalBytes: letter.original.length }),
  })
}
