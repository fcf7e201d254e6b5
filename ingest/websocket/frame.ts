/**
 * Reads a client's frame, in one pass over its bytes and without copying an event: `{"seq":1,"event":{…}}` with
 * `idempotency_key` and `ordering_key` where the event has keys of its own, or an array of such objects. Pure.
 * An event's bytes stay as they are, and what is wrong with one is its own trouble. Where nobody can say which seq
 * something has, the frame is broken, and what follows in it is not read.
 */
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isSpace,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../../contracts/json-characters.ts'
import { type Refused, refused } from '../accept.ts'
import { type Piece, tooLargeEvent } from '../batch/split.ts'
import { endOfValue, ValueScan } from '../batch/value-scan.ts'
import type { StreamedEvent } from '../stream/event-stream.ts'

export type Frame = {
  /** As far as the frame could be read. */
  readonly events: readonly StreamedEvent<number>[]
  /** What is wrong with the rest. */
  readonly broken: string | undefined
}

/** `eventBytes` is the most that an event may have. */
export function readFrame(bytes: Buffer, eventBytes: number): Frame {
  const reader = new FrameReader(bytes, eventBytes)
  const broken = reader.read()
  return { events: reader.events, broken }
}

const noObject = 'A frame is an object with seq and event, or an array of such objects'
const brokenOff = 'The frame breaks off'
const noSeq = 'An event has no seq, a whole number from 0 to 9007199254740991'
const noEvent = refused('INVALID_FRAME', 'There is no event beside this seq')

class FrameReader {
  readonly events: StreamedEvent<number>[] = []
  readonly #bytes: Buffer
  readonly #eventBytes: number
  readonly #scan = new ValueScan()
  #at = 0

  constructor(bytes: Buffer, eventBytes: number) {
    this.#bytes = bytes
    this.#eventBytes = eventBytes
  }

  /** Returns what is wrong with the frame. */
  read(): string | undefined {
    const broken = this.#next() === OPEN_BRACKET ? this.#array() : this.#object()
    if (broken !== undefined || this.#next() === undefined) return broken
    return 'There is more text behind the frame'
  }

  #array(): string | undefined {
    this.#at++
    if (this.#next() === CLOSE_BRACKET) {
      this.#at++
      return undefined
    }
    for (;;) {
      const broken = this.#object()
      if (broken !== undefined) return broken
      const byte = this.#next()
      if (byte !== COMMA && byte !== CLOSE_BRACKET)
        return byte === undefined ? brokenOff : 'There is no comma between two events'
      this.#at++
      if (byte === CLOSE_BRACKET) return undefined
    }
  }

  #object(): string | undefined {
    if (this.#next() !== OPEN_BRACE) return noObject
    this.#at++
    const found = new Members()
    if (this.#next() === CLOSE_BRACE) return noSeq
    for (;;) {
      const broken = this.#member(found)
      if (broken !== undefined) return broken
      const byte = this.#next()
      if (byte !== COMMA && byte !== CLOSE_BRACE)
        return byte === undefined ? brokenOff : 'There is no comma between two members'
      this.#at++
      if (byte === CLOSE_BRACE) break
    }
    if (found.seq === undefined) return noSeq
    this.events.push({ seq: found.seq, piece: found.piece() })
    return undefined
  }

  #member(found: Members): string | undefined {
    if (this.#next() !== QUOTE) return 'A member of the frame has no name'
    const name = this.#value()
    if (name === undefined || this.#next() !== COLON) return brokenOff
    this.#at++
    this.#next()
    const start = this.#at
    const value = this.#value()
    if (value === undefined) return brokenOff
    if (value.length === 0) return 'A member of the frame has no value'
    const { spaced, depth } = this.#scan
    switch (name.toString('latin1', 1, name.length - 1)) {
      case 'seq':
        found.seq = wholeNumber(value)
        return found.seq === undefined ? noSeq : undefined
      case 'event':
        found.event =
          value.length > this.#eventBytes
            ? tooLargeEvent(this.#eventBytes)
            : {
                kind: 'event',
                bytes: value,
                shape:
                  spaced || !isNested(this.#bytes[start]) ? undefined : { depth, compact: value },
              }
        return undefined
      case 'idempotency_key':
        return found.key('idempotencyKey', value, 'IDEMPOTENCY_KEY_INVALID')
      case 'ordering_key':
        return found.key('orderingKey', value, 'ORDERING_KEY_INVALID')
      default:
        found.wrong ??= refused(
          'INVALID_FRAME',
          'Beside an event there may be seq, idempotency_key and ordering_key, and nothing else',
        )
        return undefined
    }
  }

  /** The bytes of the value that begins here; undefined when they break off. */
  #value(): Buffer | undefined {
    const start = this.#at
    const first = this.#bytes[start]
    if (first === QUOTE || isNested(first)) {
      const scan = this.#scan
      scan.depth = 0
      scan.spaced = false
      const end = endOfValue(this.#bytes, start, scan)
      if (end === undefined) return undefined
      this.#at = end
    } else {
      while (this.#at < this.#bytes.length && !endsWord(this.#bytes[this.#at])) this.#at++
    }
    return this.#bytes.subarray(start, this.#at)
  }

  /** Passes white space over; undefined at the end. */
  #next(): number | undefined {
    while (isSpace(this.#bytes[this.#at])) this.#at++
    return this.#bytes[this.#at]
  }
}

/** What one object of the frame holds. Of a name that is there twice the last one counts, as parsers have it. */
class Members {
  seq: number | undefined
  event: Piece | undefined
  wrong: Refused | undefined
  idempotencyKey = ''
  orderingKey = ''

  key(
    which: 'idempotencyKey' | 'orderingKey',
    value: Buffer,
    code: 'IDEMPOTENCY_KEY_INVALID' | 'ORDERING_KEY_INVALID',
  ): undefined {
    const text = textIn(value)
    if (text === undefined) this.wrong ??= refused(code)
    else this[which] = text
  }

  piece(): Piece {
    const { event, wrong, idempotencyKey, orderingKey } = this
    if (event?.kind !== 'event') return event ?? noEvent
    if (wrong !== undefined) return wrong
    if (idempotencyKey === '' && orderingKey === '') return event
    return { ...event, keys: { idempotencyKey, orderingKey } }
  }
}

/** The text of a JSON string, '' for null; undefined for anything else. */
function textIn(value: Buffer): string | undefined {
  if (value[0] === QUOTE && !value.includes(BACKSLASH))
    return value.toString('latin1', 1, value.length - 1)
  try {
    const parsed: unknown = JSON.parse(value.toString('utf8'))
    if (parsed === null) return ''
    return typeof parsed === 'string' ? parsed : undefined
  } catch {
    return undefined
  }
}

function wholeNumber(value: Buffer): number | undefined {
  const text = value.toString('latin1', 0, 17)
  const number = digits.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}

const digits = /^(0|[1-9]\d*)$/

const isNested = (byte: number | undefined): boolean => byte === OPEN_BRACE || byte === OPEN_BRACKET

const endsWord = (byte: number | undefined): boolean =>
  isSpace(byte) ||
  byte === COMMA ||
  byte === COLON ||
  byte === QUOTE ||
  byte === OPEN_BRACKET ||
  byte === CLOSE_BRACKET ||
  byte === OPEN_BRACE ||
  byte === CLOSE_BRACE
