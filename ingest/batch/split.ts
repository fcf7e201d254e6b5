/**
 * What splitting a batch's body gives, whatever its format. Splitters take the body's bytes as they arrive and find
 * where events begin and end; whether an event is JSON is not their question. Bounded by events and by bytes of one
 * event; the reader of the body bounds its bytes in all.
 */
import type { JsonShape } from '../../contracts/json-bytes.ts'
import { type Refused, refused } from '../accept.ts'

/** Events a batch may hold. */
export const maxBatchEvents = 10_000

export type SplitLimits = {
  readonly events: number
  /** Of one event, without the white space around it; a line's is without its line end alone. */
  readonly eventBytes: number
}

/** One event's place in the batch. Its shape is given where the splitter has seen it anyway. */
export type Piece =
  | {
      readonly kind: 'event'
      readonly bytes: Buffer
      readonly shape: JsonShape | undefined
      /** Where they stand beside the event; left out where it has neither. */
      readonly keys?: EventKeys
    }
  | Refused

/** An event's own keys; '' where it has none, as in `EventContext`. */
export type EventKeys = { readonly idempotencyKey: string; readonly orderingKey: string }

export type Split = { readonly kind: 'split'; readonly pieces: readonly Piece[] } | Refused

export type Splitter = {
  /** Takes the next bytes, which are the splitter's from now on; false when no more of them are needed. */
  write(chunk: Buffer): boolean
  /** The body has ended: what was in it, in order, or why the whole is refused. */
  end(): Split
}

export const tooManyEvents = (most: number, what = 'A batch'): Refused =>
  refused('BATCH_TOO_LARGE', `${what} holds at most ${most} events: send the rest in another one`)

export const tooLargeEvent = (most: number): Refused =>
  refused('PAYLOAD_TOO_LARGE', `The event is larger than ${most} bytes`)

export const emptyBatch: Refused = refused('EMPTY_BATCH', 'The batch holds no event')

/** Splits nothing: the batch is refused already. */
export const splitNothing = (why: Refused): Splitter => ({ write: () => false, end: () => why })

/** What earlier chunks hold of the event under way: at most `most` bytes, of more only their number. */
export class Carried {
  readonly #most: number
  #parts: Buffer[] = []
  bytes = 0

  constructor(most: number) {
    this.#most = most
  }

  add(part: Buffer): void {
    this.bytes += part.length
    if (this.bytes > this.#most) this.#parts = []
    else this.#parts.push(part)
  }

  /** The event with its last part; nothing is carried afterwards. Undefined when it is longer than `most`. */
  take(last: Buffer): Buffer | undefined {
    if (this.bytes === 0) return last.length > this.#most ? undefined : last
    const bytes = this.bytes + last.length
    const parts = this.#parts
    this.#parts = []
    this.bytes = 0
    if (bytes > this.#most) return undefined
    return Buffer.concat([...parts, last], bytes)
  }
}
