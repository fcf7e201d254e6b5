/**
 * Reads a request's body as it arrives, out of its encoding, within a limit in bytes and what the budget has room for.
 * Promises: `done` is called once, when the body has been read to its end (so that its sender comes to read the
 * answer) or too much more of it comes; neither it nor the sink is called once the client has gone.
 */
import type { Held } from './budget.ts'
import { type Decoder, type Encoding, startDecoder } from './content-encoding.ts'
import type { Exchange } from './exchange.ts'

export type BodyEnd =
  /** All of it was given to the sink, or as much as the sink wanted. */
  | 'whole'
  /** Longer than the limit, as sent or decoded. */
  | 'too-large'
  /** What came does not fit the budget: told at once. */
  | 'no-room'
  /** Not what its encoding says. */
  | 'undecodable'

export type BodySink = {
  /** The next bytes, which are the sink's from now on; false when it needs no more of them. */
  part(bytes: Buffer): boolean
  done(end: BodyEnd): void
}

export type HowToRead = {
  readonly encoding: Encoding | 'identity'
  /** Bytes, as sent and as decoded. */
  readonly limit: number
  /** Holds what was read. For the sink to give back when the body is `whole`; otherwise nothing is held any more. */
  readonly held: Held
}

export function readBody(exchange: Exchange, how: HowToRead, sink: BodySink): void {
  const reading = new Reading(how, sink)
  exchange.onGone(() => reading.stop())
  exchange.onBody((chunk, isLast) => reading.receive(chunk, isLast))
}

/** Reads a body into one buffer, which is not held any more when `done` is called with it. */
export function readWhole(
  exchange: Exchange,
  how: HowToRead,
  done: (body: Buffer | Exclude<BodyEnd, 'whole'>) => void,
): void {
  const parts: Buffer[] = []
  readBody(exchange, how, {
    part: (bytes) => parts.push(bytes) > 0,
    done(end) {
      how.held.giveAll()
      if (end !== 'whole') done(end)
      else done(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts))
    },
  })
}

/** What is read and thrown away of a body beyond its limit. */
const mostDiscarded = 32 * 1024 * 1024
/** A decoder's own memory, and the part that it is at. */
const decoderBytes = 131_072

class Reading {
  readonly #how: HowToRead
  readonly #sink: BodySink
  #decoder: Decoder | undefined
  #sent = 0
  #given = 0
  #allSent = false
  /** How the body ends; its rest is only read. */
  #end: BodyEnd | undefined
  #over = false

  constructor(how: HowToRead, sink: BodySink) {
    this.#how = how
    this.#sink = sink
  }

  receive(chunk: ArrayBuffer, isLast: boolean): void {
    if (this.#over) return
    this.#allSent = isLast
    this.#sent += chunk.byteLength
    if (this.#sent > this.#how.limit) this.#settle('too-large')
    // The chunk's memory is the server's again when this returns: copy it.
    else if (this.#end === undefined) this.#take(Buffer.from(new Uint8Array(chunk)))
    if (isLast) this.#lastTaken()
    else if (this.#sent > this.#how.limit + mostDiscarded) this.#finish()
  }

  stop(): void {
    this.#over = true
    this.#decoder?.stop()
    this.#how.held.giveAll()
  }

  #take(bytes: Buffer): void {
    const { encoding, held } = this.#how
    if (encoding === 'identity') this.#give(bytes)
    else if (held.take(this.#decoder === undefined ? bytes.length + decoderBytes : bytes.length)) {
      this.#decoder ??= this.#startDecoder(encoding)
      this.#decoder.write(bytes)
    } else this.#settle('no-room')
  }

  #startDecoder(encoding: Encoding): Decoder {
    return startDecoder(encoding, {
      part: (bytes) => this.#give(bytes),
      decoded: (as) => this.#settle(as === 'whole' ? 'whole' : 'undecodable'),
    })
  }

  #give(bytes: Buffer): void {
    this.#given += bytes.length
    if (this.#given > this.#how.limit) this.#settle('too-large')
    else if (!this.#how.held.take(bytes.length)) this.#settle('no-room')
    else if (!this.#sink.part(bytes)) this.#settle('whole')
  }

  #lastTaken(): void {
    if (this.#end !== undefined) this.#finish()
    else if (this.#decoder === undefined) this.#settle('whole')
    else this.#decoder.end()
  }

  #settle(end: BodyEnd): void {
    if (this.#end !== undefined || this.#over) return
    this.#end = end
    this.#decoder?.stop()
    if (end !== 'whole') this.#how.held.giveAll()
    if (this.#allSent || end === 'no-room') this.#finish()
  }

  #finish(): void {
    if (this.#over || this.#end === undefined) return
    this.#over = true
    this.#sink.done(this.#end)
  }
}
