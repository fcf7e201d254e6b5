/**
 * Splits a JSON array as it arrives, in one pass over its bytes: events lie between the array's own commas, and what
 * stands there is one event's trouble alone, whatever it is. Only strings and the number of open brackets are
 * followed (RFC 8259): a bracket of the wrong kind closes too, and makes its own event no JSON. An event's depth and
 * whether it has insignificant white space fall out of the same pass.
 */
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  isSpace,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../../contracts/json-characters.ts'
import { type Refused, refused } from '../accept.ts'
import {
  Carried,
  emptyBatch,
  type Piece,
  type Split,
  type SplitLimits,
  type Splitter,
  tooLargeEvent,
  tooManyEvents,
} from './split.ts'
import { endOfValue, ValueScan } from './value-scan.ts'

const emptyBody = refused('INVALID_JSON', 'The body is empty: send a JSON array of events')
const notAnArray = refused(
  'NOT_A_BATCH',
  'The body is not a JSON array; one event a line goes with Content-Type: application/x-ndjson',
)
const noEvent = refused('INVALID_JSON', 'There is a comma without an event')
const noComma = refused(
  'INVALID_JSON',
  'A comma is missing between two events, or a bracket is one too many',
)
const brokenOff = refused('INVALID_JSON', 'The array breaks off in the middle of an event')
const unclosed = refused('INVALID_JSON', 'The array breaks off: its closing bracket is missing')
const textBehind = refused('INVALID_JSON', 'There is more text behind the array')

export const splitArray = (limits: SplitLimits): Splitter => new ArraySplitter(limits)

class ArraySplitter implements Splitter {
  readonly #limits: SplitLimits
  readonly #pieces: Piece[] = []
  readonly #carried: Carried
  #at: 'start' | 'before an event' | 'in an event' | 'behind an event' | 'behind the array' =
    'start'
  /** Nothing that follows changes the outcome. */
  #settled = false
  #refusal: Refused | undefined
  /** A comma stands before, so that an event has to follow. */
  #owed = false
  /** What is under way belongs to an event that is no JSON already. */
  #spoils = false
  /** Where the event under way begins in the chunk at hand. */
  #start = 0
  /** The event under way is no string, array or object: a word without an end of its own. */
  #bare = false
  readonly #scan = new ValueScan()

  constructor(limits: SplitLimits) {
    this.#limits = limits
    this.#carried = new Carried(limits.eventBytes)
  }

  write(chunk: Buffer): boolean {
    let i = 0
    this.#start = 0
    while (i < chunk.length && !this.#settled) {
      if (this.#at === 'in an event') i = this.#goOn(chunk, i)
      else if (isSpace(chunk[i])) i++
      else i = this.#between(chunk, i)
    }
    if (this.#at === 'in an event') this.#carried.add(chunk.subarray(this.#start))
    return !this.#settled
  }

  end(): Split {
    if (this.#refusal !== undefined) return this.#refusal
    if (this.#at === 'start') return emptyBody
    if (this.#at === 'in an event' && !this.#spoils) this.#pieces.push(brokenOff)
    else if (this.#at !== 'behind the array') this.#pieces.push(unclosed)
    const pieces = this.#pieces
    const [first] = pieces
    if (first === undefined) return emptyBatch
    return first.kind === 'refused' && pieces.every(isNoJson) ? first : { kind: 'split', pieces }
  }

  /** Takes one byte that is neither white space nor within an event; returns the index of the next one to look at. */
  #between(chunk: Buffer, i: number): number {
    const byte = chunk[i]
    if (this.#at === 'start') {
      if (byte !== OPEN_BRACKET) this.#refuse(notAnArray)
      this.#at = 'before an event'
    } else if (this.#at === 'behind the array') {
      this.#pieces.push(textBehind)
      this.#settled = true
    } else if (byte === COMMA) {
      if (this.#at === 'before an event') this.#push(noEvent)
      this.#at = 'before an event'
      this.#owed = true
      this.#spoils = false
    } else if (byte === CLOSE_BRACKET) {
      if (this.#at === 'before an event' && this.#owed) this.#push(noEvent)
      this.#at = 'behind the array'
    } else {
      if (this.#at === 'behind an event') this.#spoil()
      return this.#begin(chunk, i)
    }
    return i + 1
  }

  #begin(chunk: Buffer, i: number): number {
    const byte = chunk[i]
    this.#at = 'in an event'
    this.#start = i
    this.#bare = byte !== OPEN_BRACE && byte !== OPEN_BRACKET && byte !== QUOTE
    this.#scan.depth = 0
    this.#scan.spaced = false
    return this.#bare ? i + 1 : i
  }

  #goOn(chunk: Buffer, from: number): number {
    const end = this.#bare ? wordEnd(chunk, from) : endOfValue(chunk, from, this.#scan)
    if (end === undefined) return chunk.length
    this.#at = 'behind an event'
    const bytes = this.#carried.take(chunk.subarray(this.#start, end))
    if (this.#spoils) return end
    if (bytes === undefined) this.#push(tooLargeEvent(this.#limits.eventBytes))
    else {
      const shape = this.#scan.spaced ? undefined : { depth: this.#scan.depth, compact: bytes }
      this.#push({ kind: 'event', bytes, shape })
    }
    return end
  }

  #push(piece: Piece): void {
    if (this.#pieces.length === this.#limits.events)
      this.#refuse(tooManyEvents(this.#limits.events))
    else this.#pieces.push(piece)
  }

  #spoil(): void {
    if (!this.#spoils) this.#pieces[this.#pieces.length - 1] = noComma
    this.#spoils = true
  }

  #refuse(refusal: Refused): void {
    this.#refusal = refusal
    this.#settled = true
  }
}

/** Index behind the word, undefined when it may go on in the next chunk. */
function wordEnd(chunk: Buffer, from: number): number | undefined {
  for (let i = from; i < chunk.length; i++) if (endsWord(chunk[i])) return i
  return undefined
}

const endsWord = (byte: number | undefined): boolean =>
  isSpace(byte) ||
  byte === COMMA ||
  byte === QUOTE ||
  byte === OPEN_BRACKET ||
  byte === CLOSE_BRACKET ||
  byte === OPEN_BRACE ||
  byte === CLOSE_BRACE

const isNoJson = (piece: Piece): boolean =>
  piece.kind === 'refused' && piece.code === 'INVALID_JSON'
