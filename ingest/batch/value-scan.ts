/**
 * Finds the end of a JSON string, array or object whose bytes come in chunks, and on the way how deep it nests and
 * whether it has insignificant white space. Follows strings and the number of open brackets only: whether the bytes
 * are JSON is the parser's question.
 */
import {
  BACKSLASH,
  CLOSE_BRACE,
  LAST_LETTER,
  OPEN_BRACE,
  QUOTE,
} from '../../contracts/json-characters.ts'

export class ValueScan {
  /** Greatest number of arrays and objects open at once. */
  depth = 0
  /** Whether there is white space outside strings. */
  spaced = false
  open = 0
  inString = false
  /** The first byte of the next chunk belongs to an escape at the end of this one. */
  escaped = false
}

/**
 * Goes on with a value from `from`, its first byte or the beginning of a further chunk. Returns the index behind it,
 * or undefined when that is in another chunk. A loop over every byte of every batch: its state is in local variables.
 */
export function endOfValue(chunk: Uint8Array, from: number, scan: ValueScan): number | undefined {
  const length = chunk.length
  let i = scan.escaped ? from + 1 : from
  let { open, depth, spaced } = scan
  let inString = false
  // A string that goes on is one whose quote comes first.
  for (let byte = scan.inString ? QUOTE : chunk[i++]; ; byte = chunk[i++]) {
    if (byte === QUOTE) {
      let inside = 0
      while (i < length) {
        inside = chunk[i++] as number
        if (inside === QUOTE) break
        if (inside === BACKSLASH) i++
      }
      inString = inside !== QUOTE
      if (inString || open === 0) break
    } else if ((byte as number) > LAST_LETTER) {
      // Bit 0x20 is all that sets `[` apart from `{`, and `]` from `}`.
      const bracket = (byte as number) | 0x20
      if (bracket === OPEN_BRACE) {
        if (++open > depth) depth = open
      } else if (bracket === CLOSE_BRACE && --open === 0) break
    } else if ((byte as number) <= 0x20) spaced = true
    if (i >= length) break
  }
  scan.escaped = i > length
  scan.inString = inString
  scan.open = open
  scan.depth = depth
  scan.spaced = spaced
  return inString || open > 0 ? undefined : i
}
