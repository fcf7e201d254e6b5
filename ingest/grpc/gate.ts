/**
 * Holds the next message of a call back while its method wants none, so that a call waits with one message here and the
 * rest in HTTP/2: a paused stream of Node's would take sixteen more out of it.
 */
export class Gate {
  #isShut = false
  #held: (() => void) | undefined

  /** Calls `goOn` now, or when the gate is open again: never, where that does not come. */
  pass(goOn: () => void): void {
    if (this.#isShut) this.#held = goOn
    else goOn()
  }

  shut(): void {
    this.#isShut = true
  }

  open(): void {
    this.#isShut = false
    const held = this.#held
    this.#held = undefined
    // Not at once: whoever opens it is in the middle of something.
    if (held !== undefined) process.nextTick(held)
  }
}
