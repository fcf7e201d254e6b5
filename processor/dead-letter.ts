/** A dead letter as it is published: pure. */
import { createHash } from 'node:crypto'
import { readOriginal } from '../contracts/original.ts'

export type DeadLetter = {
  readonly id: string
  readonly tenantId: string
  readonly idempotencyKey: string
  /** Null when the record does not tell. */
  readonly eventId: string | null
  readonly eventType: string | null
  readonly requestId: string | null
  readonly code: string
  readonly sentence: string
  /** How often it was tried, from 1. */
  readonly attempts: number
  readonly failedAt: Date
  /** Where its record stands in `events.raw`. */
  readonly partition: number
  readonly offset: string
  /** The record's value, byte for byte. */
  readonly original: Buffer
}

/** `{failed_at, reason, original}`; `reason` reads `CODE: sentence`. */
export function deadLetterValue(letter: DeadLetter): Buffer {
  const failedAt = JSON.stringify(letter.failedAt.toISOString())
  const reason = JSON.stringify(`${letter.code}: ${letter.sentence}`)
  const head = `{"failed_at":${failedAt},"reason":${reason},"original":`
  return Buffer.concat([Buffer.from(head), originalAsJson(letter.original), Buffer.from('}')])
}

/**
 * The record itself when it is JSON, a string when it is text, else its bytes in base64: whichever of these fits into
 * a message. Never shortened: an original that fits in no form (a compressed record can unpack to any size) is told
 * by its size and SHA-256, and stands whole in the table `dead_letters`.
 */
export function originalAsJson(original: Buffer, most = largestOriginal): Buffer {
  const asRead = inWords(original)
  if (asRead.length <= most) return asRead
  const asBytes = base64(original)
  if (asBytes.length <= most) return asBytes
  const sha256 = createHash('sha256').update(original).digest('hex')
  return Buffer.from(JSON.stringify({ too_large: { bytes: original.length, sha256 } }))
}

/** `events.dlq` takes messages of 8 MiB; the rest of the message needs some of that. */
const largestOriginal = 7 * 1024 * 1024

function inWords(original: Buffer): Buffer {
  const read = readOriginal(original)
  if (read.kind === 'json') return original
  return read.kind === 'text' ? Buffer.from(JSON.stringify(read.text)) : base64(original)
}

const base64 = (original: Buffer): Buffer =>
  Buffer.from(JSON.stringify({ base64: original.toString('base64') }))

/** Splits a list, in order, into groups whose sizes add up to at most `most`; what is larger stands alone. */
export function groupsOf<T>(items: readonly T[], sizeOf: (item: T) => number, most: number): T[][] {
  const groups: T[][] = []
  let size = 0
  for (const item of items) {
    const group = groups.at(-1)
    size += sizeOf(item)
    if (group !== undefined && size <= most) group.push(item)
    else {
      groups.push([item])
      size = sizeOf(item)
    }
  }
  return groups
}
