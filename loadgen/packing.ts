/**
 * Puts events together that go in one request: of one tenant, as many as fit, in the order in which they were due.
 * A request is due when its last event is: nothing waits for the others but events that were due before.
 * Bounds: one request that is not full for each tenant.
 */
import type { Chosen } from './mix.ts'
import type { Place } from './modes/mode.ts'

/** An event on its way. Times are milliseconds from the start of the run. */
export type Sending = Chosen & {
  readonly intendedMs: number
  /** 1 for the first one. */
  attempt: number
  /** Of the body that was sent last. */
  bodyHash: number
}

/** The events of one request. */
export type Parcel = {
  readonly events: readonly Sending[]
  readonly tenant: number
  /** When its last event is due, or is to be repeated. */
  readonly dueMs: number
  /** Whether its events were sent before. */
  readonly isRepeat: boolean
  sentMs: number
  /** On a stream: the number of its first event, the others follow. */
  firstSeq: number
}

export type Packing = {
  /** The request that is full with this event, if it is. */
  add(event: Sending): Parcel | undefined
  /** A request that is not full; undefined when no event is left. */
  rest(): Parcel | undefined
  /** Events that wait for others. */
  size(): number
  /** Whether an event can go in one request behind these, which are one or more. */
  fits(events: readonly Sending[], event: Sending): boolean
}

type Config = {
  readonly mostEvents: number
  /** Where an event of a kind can stand in a request. */
  readonly place: (kind: number) => Place
}

export function makePacking({ mostEvents, place }: Config): Packing {
  const open = new Map<number, Sending[]>()
  let waiting = 0

  const fits = (events: readonly Sending[], event: Sending): boolean => {
    const last = events.at(-1)
    return (
      last !== undefined &&
      events.length < mostEvents &&
      last.tenant === event.tenant &&
      place(last.kind) === 'any' &&
      place(event.kind) !== 'alone'
    )
  }

  const close = (tenant: number, events: readonly Sending[]): Parcel => {
    open.delete(tenant)
    waiting -= events.length
    return parcelOf(events, events.at(-1)?.intendedMs ?? 0, false)
  }

  return {
    fits,
    size: () => waiting,
    add(event) {
      const where = place(event.kind)
      if (mostEvents === 1 || where === 'alone') return parcelOf([event], event.intendedMs, false)
      const events = open.get(event.tenant) ?? []
      events.push(event)
      waiting++
      if (events.length === mostEvents || where === 'last') return close(event.tenant, events)
      if (events.length === 1) open.set(event.tenant, events)
      return undefined
    },
    rest() {
      for (const [tenant, events] of open) return close(tenant, events)
      return undefined
    },
  }
}

export const parcelOf = (events: readonly Sending[], dueMs: number, isRepeat: boolean): Parcel => ({
  events,
  tenant: events[0]?.tenant ?? 0,
  dueMs,
  isRepeat,
  sentMs: 0,
  firstSeq: 0,
})
