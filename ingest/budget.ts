/**
 * What may be under way at once, in events and in bytes: what does not fit is refused at once, so that memory is
 * bounded whatever Kafka and clients do. Bytes of a body count from their arrival, those of a message of WebSocket or gRPC
 * from when it is whole and its connection or call would have it read, and events from their admission.
 */
export type Budget = {
  /** Takes so much, or nothing and false when it does not fit. */
  take(events: number, bytes: number): boolean
  give(events: number, bytes: number): void
  /** Whether so little room is left that nobody should be asked for more. */
  readonly isCrowded: boolean
  /** As many as may be held at once. */
  readonly mostEvents: number
  readonly mostBytes: number
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
    mostBytes: most.maxInFlightBytes,
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

/** What gives room for bytes. */
export type Room = Pick<Budget, 'take' | 'give'>

/** Room of the budget's, of which no more than so many bytes are given: the rest stays for others. */
export function partOf(budget: Budget, mostBytes: number): Room {
  let held = 0
  return {
    take(events, bytes) {
      if (held + bytes > mostBytes || !budget.take(events, bytes)) return false
      held += bytes
      return true
    },
    give(events, bytes) {
      budget.give(events, bytes)
      held -= bytes
    },
  }
}

/** Bytes of the budget that one request holds. */
export class Held {
  readonly #budget: Room
  #bytes = 0

  constructor(budget: Room) {
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
