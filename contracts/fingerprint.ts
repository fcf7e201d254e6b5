import { hash } from 'node:crypto'

/**
 * Identifies an event's content: the first 128 bits of SHA-256 (FIPS 180-4) over its bytes without insignificant
 * white space, as 32 hexadecimal digits. Numbers stay text: two different 20-digit integers are two events, and so
 * are `1` and `1.0`. Keys keep their order.
 */
export function fingerprintOf(compactJson: Uint8Array): string {
  return hash('sha256', compactJson, 'hex').slice(0, 32)
}

const wellFormed = /^[0-9a-f]{32}$/

export const isFingerprint = (text: string): boolean => wellFormed.test(text)
