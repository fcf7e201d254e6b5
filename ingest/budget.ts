/**
 * What may be under way at once, in events and in bytes: what does not fit is refused at once, so that memory is
 * bounded whatever Kafka and clients do. Bytes of a body count from their arrival, those of a stream's message when it is
 * whole, and events from their admission.
 */
export type Budget = {
  /** Takes so much, or nothing and false when it does not fit. */
  take(events: number, bytes: number): boolean
  give(events: number, bytes: number): void
  /** Whether so little room is left that nobody should be asked for more. */
  readonly isCrowded: boolean
  /** As many as may be held at once. */
  readonly mostEvents: number
  readonly events: number
  readonly bytes: number
}

/** The part of the room above which it is crowded. */
const crowded = 0.8

export function makeBudget(most: { maxInFlight: number; maxInFlightBytes: number }): Budget {
  let heldEvents = 0
  let heldBytes = 0
  return {
    take(events, bytes) {
      if (heldEvents + events > most.maxInFlight) return false
      if (heldBytes + bytes > most.maxInFlightBytes) return false
      heldEvents += events
      heldBytes += bytes
      return true
    },
    give(events, bytes) {
      heldEvents -= events
      heldBytes -= bytes
    },
    mostEvents: most.maxInFlight,
    get isCrowded() {
      return heldEvents > crowded * most.maxInFlight || heldBytes > crowded * most.maxInFlightBytes
    },
    get events() {
      return heldEvents
    },
    get bytes() {
      return heldBytes
    },
  }
}

/** Bytes of the budget that one request holds. */
export class Held {
  readonly #budget: Budget
  #bytes = 0

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** Takes so many more, or none and false when they do not fit. */
  take(bytes: number): boolean {
    if (!this.#budget.take(0, bytes)) return false
    this.#bytes += bytes
    return true
  }

  give(bytes: number): void {
    this.#budget.give(0, bytes)
    this.#bytes -= bytes
  }

  get bytes(): number {
    return this.#bytes
  }

  giveAll(): void {
    this.give(this.#bytes)
  }
}
