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
const COLON = 0x3a
const COMMA = 0x2c

export function jsonShape(bytes: Uint8Array): JsonShape {
  const length = bytes.length
  let compact: Uint8Array | undefined
  let kept = 0
  let open = 0
  let depth = 0
  let inString = false
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number
    if (inString) {
      if (byte === BACKSLASH) {
        if (compact !== undefined) compact[kept++] = byte
        if (++i === length) break
        if (compact !== undefined) compact[kept++] = bytes[i] as number
        continue
      }
      if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++open > depth) depth = open
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) open--
    else if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      if (compact === undefined) {
        compact = new Uint8Array(length)
        compact.set(bytes.subarray(0, i))
        kept = i
      }
      continue
    }
    if (compact !== undefined) compact[kept++] = byte
  }
  return { depth, compact: compact?.subarray(0, kept) ?? bytes }
}

/**
 * The bytes of one member's value in a JSON object, as they stand: numbers and white space untouched. The last one
 * when the name is there twice, as parsers take it; undefined when the object has no such member (names written with
 * escapes are not recognised). The bytes must be a JSON object that parses.
 */
export function memberBytes(object: Uint8Array, name: string): Uint8Array | undefined {
  let found: Uint8Array | undefined
  let open = 0
  let memberName = ''
  let valueStart = 0
  for (let i = 0; i < object.length; i++) {
    const byte = object[i]
    if (byte === QUOTE) {
      const end = stringEnd(object, i)
      if (open === 1 && valueStart === 0)
        memberName = Buffer.from(object.subarray(i + 1, end)).toString('utf8')
      i = end
    } else if (byte === COLON && open === 1) valueStart = i + 1
    else if (open === 1 && (byte === COMMA || byte === CLOSE_BRACE)) {
      if (valueStart > 0 && memberName === name) found = object.subarray(valueStart, i)
      valueStart = 0
      if (byte === CLOSE_BRACE) open--
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) open++
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) open--
  }
  return found
}

/** Index of the quote that closes the string that opens at `start`. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let i = start + 1
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1
  return i
}
