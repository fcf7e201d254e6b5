/**
 * How many events a client may send on a stream: what it was granted less what it has sent. Every event costs one; it
 * comes back with the event's verdict, or later where there is no room for more. Pure.
 */
export class Credit {
  #left: number
  #owed = 0

  /** `window` is how many events may be open at once. */
  constructor(window: number) {
    this.#left = window
  }

  get left(): number {
    return this.#left
  }

  get owed(): number {
    return this.#owed
  }

  /** So many events came; false when there was not enough for all of them, and then nothing is taken. */
  take(events: number): boolean {
    if (events > this.#left) return false
    this.#left -= events
    return true
  }

  /** So many events have their verdicts: what they cost is owed. */
  owe(events: number): void {
    this.#owed += events
  }

  /** Of what is owed as much as leaves `window` events open when all credit is used; the client has it from now on. */
  grant(window: number, open: number): number {
    const granted = Math.min(this.#owed, Math.max(0, window - open - this.#left))
    this.#owed -= granted
    this.#left += granted
    return granted
  }
}
