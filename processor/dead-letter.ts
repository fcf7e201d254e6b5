/** A dead letter as it is published: pure. */
import { readOriginal } from '../contracts/original.ts'

export type DeadLetter = {
  readonly id: string
  readonly tenantId: string
  readonly idempotencyKey: string
  readonly code: string
  readonly sentence: string
  readonly failedAt: Date
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

/** The record itself when it is JSON, a string when it is text, else its bytes in base64. Never shortened. */
export function originalAsJson(original: Buffer): Buffer {
  const read = readOriginal(original)
  switch (read.kind) {
    case 'json':
      return original
    case 'text':
      return Buffer.from(JSON.stringify(read.text))
    case 'bytes':
      return Buffer.from(JSON.stringify({ base64: read.base64 }))
  }
}
