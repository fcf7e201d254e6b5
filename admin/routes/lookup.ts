import type { Context } from 'hono'
import type { AskStore } from '../outage.ts'

/** What routes that look something up have in common. */
export type Lookup = {
  readonly askStore: AskStore
  /** Bytes of each original that a page shows. */
  readonly previewBytes: number
}

/** Those of the address's parameters that have these names; of one that comes twice, the first. */
export const parametersIn = <Name extends string>(c: Context, names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, c.req.query(name)])) as Readonly<
    Record<Name, string | undefined>
  >
