/**
 * A redrive: a dead letter that is tried again with a new record on `events.raw`, which names it in a header. Ingest
 * writes no such header, whatever its producer sends.
 */
import { isFingerprint } from './fingerprint.ts'

export type Redrive = {
  /** `dead_letters.id` */
  readonly letter: string
  /** `dead_letters.attempts` when it was tried again: an attempt that was decided before changes nothing. */
  readonly attempt: number
  /** `dead_letters.fingerprint`: ids begin anew when a database is restored, and may be another letter's then. */
  readonly fingerprint: string
}

/** The header's value, `<dead letter id>/<attempts so far>/<its fingerprint>`. */
export const redriveHeader = ({ letter, attempt, fingerprint }: Redrive): string =>
  `${letter}/${attempt}/${fingerprint}`

const form = /^([1-9]\d{0,17})\/([1-9]\d{0,8})\/([0-9a-f]+)$/

/** Undefined when there is no such header, or none in its form. */
export function redriveIn(header: string | undefined): Redrive | undefined {
  if (header === undefined) return undefined
  const [, letter, attempt, fingerprint] = form.exec(header) ?? []
  if (letter === undefined || fingerprint === undefined || !isFingerprint(fingerprint))
    return undefined
  return { letter, attempt: Number(attempt), fingerprint }
}
