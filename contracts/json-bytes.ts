/**
 * What can be learned from JSON's bytes without parsing them, in one pass: how deep it nests, and its bytes without
 * insignificant white space (RFC 8259 section 2: space, tab, line feed, carriage return between tokens).
 * Works on any bytes; whether they are JSON is the parser's question.
 */
export type JsonShape = {
  /** Greatest number of arrays and objects open at once; 0 for a lone scalar. */
  readonly depth: number
  /** The same bytes with white space outside strings removed; a view of the input where there was none. */
  readonly compact: Uint8Array
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

export function jsonShape(bytes: Uint8Array): JsonShape {
  const length = bytes.length
  let compact: Uint8Array | undefined
  let kept = 0
  let runStart = 0
  let open = 0
  let depth = 0
  let inString = false
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]
    if (inString) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++open > depth) depth = open
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) open--
    else if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      compact ??= new Uint8Array(length)
      compact.set(bytes.subarray(runStart, i), kept)
      kept += i - runStart
      runStart = i + 1
    }
  }
  if (compact === undefined) return { depth, compact: bytes }
  compact.set(bytes.subarray(runStart, length), kept)
  return { depth, compact: compact.subarray(0, kept + length - runStart) }
}
