/** An event that was written in another form, as the envelope that goes on, and what its own form said beside it. */
import { hash } from 'node:crypto'
import { producerKey } from '../../contracts/producer-key.ts'
import type { Refused } from '../refused.ts'

export type Normalised = {
  /** The envelope as JSON, without insignificant white space. Numbers are as they were written. */
  readonly json: string
  /** The key that the event gives itself, or why it has none. */
  readonly key: string | Refused
  /** What the event says that it is ordered by; '' for nothing. */
  readonly orderingKey: string
  /** A trace context that the event carries. */
  readonly traceparent: string | undefined
}

/** A text as a key: itself where it can be one (1 to 255 printable ASCII characters), else `sha256:` and its hash. */
export const asKey = (text: string): string =>
  producerKey.test(text) ? text : `sha256:${hash('sha256', text, 'hex')}`

/**
 * A CloudEvent's key: its source, a space, its id. A source holds no space, so no other pair gives the same key. Where it
 * does, or the key would be none, it is `sha256:` and the hash of the pair as JSON, which holds no space.
 */
export function keyOfPair(source: string, id: string): string {
  const pair = `${source} ${id}`
  const isPlain = !source.includes(' ') && producerKey.test(pair)
  return isPlain ? pair : `sha256:${hash('sha256', JSON.stringify([source, id]), 'hex')}`
}

/** `{"name":value,…}` of values that are JSON; those that are undefined are left out. */
export function objectJson(members: Iterable<readonly [string, string | undefined]>): string {
  let json = ''
  for (const [name, value] of members)
    if (value !== undefined) json += `${json === '' ? '{' : ','}${JSON.stringify(name)}:${value}`
  return json === '' ? '{}' : `${json}}`
}
