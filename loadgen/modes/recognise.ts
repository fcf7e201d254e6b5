/**
 * Tells a JSON text that is always the same but for one string in it by its bytes: most answers are such, and parsing
 * each of them costs more than all else that is done with it. Whatever differs in anything is not recognised, and has
 * to be parsed. Pure.
 */
import type { Body } from '../http/response.ts'

/** Whether a body is `before`, the inside of a JSON string that needs no unescaping, and `after`. */
export function makeRecogniser(before: string, after: string): (body: Body) => boolean {
  const [first, last] = [Buffer.from(before), Buffer.from(after)]
  return ({ bytes, start, end }) => {
    const inside = start + first.length
    const behind = end - last.length
    if (inside > behind || !isAt(first, bytes, start) || !isAt(last, bytes, behind)) return false
    for (let at = inside; at < behind; at++) if (!isPlain(bytes[at] ?? 0)) return false
    return true
  }
}

function isAt(text: Buffer, bytes: Buffer, start: number): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text[at]) return false
  return true
}

const quote = 0x22
const backslash = 0x5c

/** Of printable ASCII, what stands for itself in a string. */
const isPlain = (byte: number): boolean =>
  byte >= 0x20 && byte < 0x7f && byte !== quote && byte !== backslash
