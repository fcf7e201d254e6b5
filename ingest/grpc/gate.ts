/**
 * Holds the next message of a call back while its method wants none, so that a call waits with one message here and the
 * rest in HTTP/2: a paused stream of Node's would take sixteen more out of it. The one that waits counts in the budget,
 * and where it does not fit it never passes.
 */
import type { Held } from '../budget.ts'

export class Gate {
  readonly #held: Held
  #isShut = false
  #waiting: (() => void) | undefined
  #noRoom: () => void = () => {}

  /** `held` is given back when the message passes; when the call is over before, whoever made it gives it back. */
  constructor(held: Held) {
    this.#held = held
  }

  /** Calls `goOn` now, or when the gate is open again: never, where that does not come, or there is no room to wait. */
  pass(bytes: number, goOn: () => void): void {
    if (!this.#isShut) goOn()
    else if (this.#held.take(bytes)) this.#waiting = goOn
    else this.#noRoom()
  }

  /** `told` is called when a message would have to wait that does not fit. */
  onNoRoom(told: () => void): void {
    this.#noRoom = told
  }

  shut(): void {
    this.#isShut = true
  }

  open(): void {
    this.#isShut = false
    const waiting = this.#waiting
    this.#waiting = undefined
    // Not at once: whoever opens it is in the middle of something.
    if (waiting !== undefined)
      process.nextTick(() => {
        this.#held.giveAll()
        waiting()
      })
  }
}
