import type { AskStore } from '../outage.ts'

/** What routes that look something up have in common. */
export type Lookup = {
  readonly askStore: AskStore
  /** Bytes of each original that a page shows. */
  readonly previewBytes: number
}

/** Bytes of an original that JSON carries: more than any record has. */
export const WHOLE = 64 * 1024 * 1024
