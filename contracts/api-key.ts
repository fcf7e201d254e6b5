/**
 * API keys: `pulse_` and 200 random bits, so that secret scanners find them and nobody guesses them. Pulse keeps their
 * SHA-256 only: with this much randomness a slow or salted hash would protect nothing more.
 */
import { createHash } from 'node:crypto'

export const apiKeyBytes = 25

/** The key of random bytes, 40 characters of base32 (RFC 4648, lower case) after its prefix. */
export function apiKeyFrom(random: Uint8Array): string {
  if (random.length !== apiKeyBytes) throw new Error(`an API key is made of ${apiKeyBytes} bytes`)
  const bits = [...random].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const characters = bits.match(/.{5}/g) ?? []
  return `pulse_${characters.map((five) => alphabet[Number.parseInt(five, 2)]).join('')}`
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

export const hashOfApiKey = (key: string): string => createHash('sha256').update(key).digest('hex')

/** What a key is called where its name is not enough: it tells nothing of the key. */
export const apiKeyId = (hash: string): string => hash.slice(0, 10)
