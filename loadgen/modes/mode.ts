/**
 * A mode is a way into Pulse: how events become the body of a request, and what its answer says of each of them. Pure.
 */
import type { KeyIn } from '../events.ts'
import type { Answer } from '../http/response.ts'
import type { Kind } from '../kinds.ts'
import type { Told } from '../told.ts'

export type Mode = {
  /** What carries it: a request for each parcel, or streams on which parcels and verdicts go. */
  readonly transport: 'http' | 'websocket' | 'grpc'
  /** What follows the path to which single events go. */
  readonly path: '' | '/batch'
  readonly contentType: string
  readonly keyIn: KeyIn
  /** What its events are; envelopes unless said otherwise. */
  readonly form?: 'cloudevent'
  /** Of events in a request when nothing else is wanted; undefined when there is always one. */
  readonly usualSize: number | undefined
  /** What stands before the first event, between two, and after the last. */
  readonly before: string
  readonly between: string
  readonly after: string
  place(kind: Kind): Place
  /** What an answer says of each of so many events. */
  read(answer: Answer, events: number): Reading
  /** What is answered when so many events are new, all of them. */
  accepts(events: number): { readonly status: number; readonly body: string }
}

/**
 * Where an event can stand: anywhere; after the others only, as the text breaks off with it, and has no end; in a
 * request of its own, as its flaw is the whole request's; or nowhere, as there is no such event in this mode.
 */
export type Place = 'any' | 'last' | 'alone' | 'none'

export type Reading = {
  /** One for each event, in order; undefined where nothing was told of it. */
  readonly told: readonly (Told | undefined)[]
  /** What in the answer contradicts itself. */
  readonly wrong: string | undefined
}
