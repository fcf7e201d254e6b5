/**
 * What can be learned from JSON's bytes without parsing them, in one pass: how deep it nests, and its bytes without
 * insignificant white space (RFC 8259 section 2: space, tab, line feed, carriage return between tokens).
 * Works on any bytes; whether they are JSON is the parser's question.
 */
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isSpace,
  LAST_LETTER,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from './json-characters.ts'

export type JsonShape = {
  /** Greatest number of arrays and objects open at once; 0 for a lone scalar. */
  readonly depth: number
  /** The same bytes with white space outside strings removed; a view of the input where there was none. */
  readonly compact: Uint8Array
}

/** Sees every byte of every event: text without white space, as programs write it, is passed without a copy. */
export function jsonShape(bytes: Uint8Array): JsonShape {
  const length = bytes.length
  let open = 0
  let depth = 0
  let i = 0
  while (i < length) {
    const byte = bytes[i++] as number
    if (byte === QUOTE) {
      while (i < length) {
        const inside = bytes[i++]
        if (inside === QUOTE) break
        if (inside === BACKSLASH) i++
      }
    } else if (byte > LAST_LETTER) {
      // Bit 0x20 is all that sets `[` apart from `{`, and `]` from `}`.
      const bracket = byte | 0x20
      if (bracket === OPEN_BRACE) {
        if (++open > depth) depth = open
      } else if (bracket === CLOSE_BRACE) open--
    } else if (isSpace(byte)) return spacedShape(bytes, i - 1, open, depth)
  }
  return { depth, compact: bytes }
}

/** Goes on at the first white space, with what was seen before it. */
function spacedShape(
  bytes: Uint8Array,
  from: number,
  openBefore: number,
  depthBefore: number,
): JsonShape {
  const length = bytes.length
  const compact = new Uint8Array(length)
  compact.set(bytes.subarray(0, from))
  let kept = from
  let open = openBefore
  let depth = depthBefore
  let i = from
  while (i < length) {
    const byte = bytes[i++] as number
    if (isSpace(byte)) continue
    compact[kept++] = byte
    if (byte === QUOTE) {
      while (i < length) {
        const inside = bytes[i++] as number
        compact[kept++] = inside
        if (inside === QUOTE) break
        if (inside === BACKSLASH && i < length) compact[kept++] = bytes[i++] as number
      }
    } else if (byte > LAST_LETTER) {
      const bracket = byte | 0x20
      if (bracket === OPEN_BRACE) {
        if (++open > depth) depth = open
      } else if (bracket === CLOSE_BRACE) open--
    }
  }
  return { depth, compact: compact.subarray(0, kept) }
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

/**
 * The members of a JSON object by name, each value as the text that stands there; of a name that is there twice the last
 * one, as parsers take it. The bytes must be an object that parses, without insignificant white space.
 */
export function membersIn(compact: Uint8Array): Map<string, string> {
  const members = new Map<string, string>()
  const bytes = Buffer.from(compact.buffer, compact.byteOffset, compact.length)
  for (let at = 1; bytes[at] === QUOTE; ) {
    const nameEnd = stringEnd(bytes, at)
    const name = bytes.toString('utf8', at, nameEnd + 1)
    const end = valueEnd(bytes, nameEnd + 2)
    members.set(
      name.includes('\\') ? JSON.parse(name) : name.slice(1, -1),
      bytes.toString('utf8', nameEnd + 2, end),
    )
    at = end + 1
  }
  return members
}

/** Index behind a member's value that begins at `start`. */
function valueEnd(bytes: Uint8Array, start: number): number {
  let open = 0
  let i = start
  for (; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) i = stringEnd(bytes, i)
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) open++
    else if (open === 0 && (byte === COMMA || byte === CLOSE_BRACE)) break
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) open--
  }
  return i
}

/** Index of the quote that closes the string that opens at `start`. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let i = start + 1
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1
  return i
}
