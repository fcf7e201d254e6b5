/**
 * Splits NDJSON (one JSON text a line, lines ended by LF or CRLF; github.com/ndjson/ndjson-spec) as it arrives. Blank
 * lines are skipped, and the last line needs no end. Line ends are found by native search: the bytes are passed once.
 */
import {
  Carried,
  emptyBatch,
  type Piece,
  type SplitLimits,
  type Splitter,
  tooLargeEvent,
  tooManyEvents,
} from './split.ts'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

export function splitLines(limits: SplitLimits): Splitter {
  const pieces: Piece[] = []
  // One more than the limit: the last one may be the carriage return of the line's end.
  const carried = new Carried(limits.eventBytes + 1)

  const line = (last: Buffer): void => {
    const whole = carried.take(last)
    if (whole === undefined || withoutReturn(whole) > limits.eventBytes) {
      pieces.push(tooLargeEvent(limits.eventBytes))
      return
    }
    const bytes = trimmed(whole)
    if (bytes.length > 0) pieces.push({ kind: 'event', bytes, shape: undefined })
  }

  return {
    write(chunk) {
      if (pieces.length > limits.events) return false
      let start = 0
      for (;;) {
        const end = chunk.indexOf(LINE_FEED, start)
        if (end < 0) break
        line(chunk.subarray(start, end))
        if (pieces.length > limits.events) return false
        start = end + 1
      }
      if (start < chunk.length) carried.add(chunk.subarray(start))
      return true
    },
    end() {
      if (carried.bytes > 0) line(Buffer.alloc(0))
      if (pieces.length > limits.events) return tooManyEvents(limits.events)
      return pieces.length === 0 ? emptyBatch : { kind: 'split', pieces }
    },
  }
}

const withoutReturn = (line: Buffer): number =>
  line[line.length - 1] === CARRIAGE_RETURN ? line.length - 1 : line.length

/** The line without JSON's white space at both ends. */
function trimmed(bytes: Buffer): Buffer {
  let first = 0
  let last = bytes.length
  while (first < last && isBlank(bytes[first])) first++
  while (last > first && isBlank(bytes[last - 1])) last--
  return first === 0 && last === bytes.length ? bytes : bytes.subarray(first, last)
}

const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x09 || byte === CARRIAGE_RETURN
