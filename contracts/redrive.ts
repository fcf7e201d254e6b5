/**
 * A redrive: a dead letter that is tried again with a new record on `events.raw`, which names it in a header. Ingest
 * writes no such header, whatever its producer sends.
 */
import { headers } from './topics.ts'

export type Redrive = {
  /** `dead_letters.id` */
  readonly letter: string
  /** `dead_letters.attempts` when it was tried again: an attempt that was decided before changes nothing. */
  readonly attempt: number
}

const form = /^([1-9]\d{0,17})\/([1-9]\d{0,8})$/

/** The header's value, `<dead letter id>/<attempts so far>`. */
export const redriveHeader = ({ letter, attempt }: Redrive): string => `${letter}/${attempt}`

/** Undefined when there is no such header, or none in its form. */
export function redriveIn(
  given: readonly (readonly [name: string, value: string])[],
): Redrive | undefined {
  const value = given.find(([name]) => name === headers.redrive)?.[1]
  const [, letter, attempt] = form.exec(value ?? '') ?? []
  return letter === undefined ? undefined : { letter, attempt: Number(attempt) }
}
