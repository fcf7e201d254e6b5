/** The end of a page of a list: how far it was looked, and where it goes on. */

import type { Listed } from './record-facts.ts'
import { Exact } from './time-shown.tsx'

/** `path` with its parameters; `before` is added to them. With JavaScript the next page is put below this one. */
export function Pager(props: {
  path: string
  given: Readonly<Record<string, string | undefined>>
  list: Listed<unknown>
}) {
  const { path, given, list } = props
  return (
    <div class="pager" id="pager">
      {list.lookedTo && <LookedBack to={list.lookedTo} />}
      {list.next === null ? (
        (list.rows.length > 0 || given.before) && <span class="quiet">This is all of it.</span>
      ) : (
        <NextLink
          href={addressOf(path, { ...given, before: list.next })}
          goesOn={list.lookedTo !== null}
        />
      )}
      {given.before && (
        <a href={addressOf(path, { ...given, before: undefined })}>Back to the newest</a>
      )}
    </div>
  )
}

/** What was not found may be there, further back. */
export const LookedBack = ({ to }: { to: Date }) => (
  <span class="quiet">
    Looked back to <Exact at={to} />, and time was up.
  </span>
)

const NextLink = ({ href, goesOn }: { href: string; goesOn: boolean }) => (
  <a
    class="button"
    href={href}
    hx-get={href}
    hx-target="#rows"
    hx-select="#rows > *"
    hx-select-oob="#pager"
    hx-swap="beforeend"
  >
    {goesOn ? 'Look further back' : 'Older'}
  </a>
)

/** An address with those of the parameters that are given. */
export function addressOf(
  path: string,
  given: Readonly<Record<string, string | undefined>>,
): string {
  const entries = Object.entries(given).flatMap(([name, value]): [string, string][] =>
    value ? [[name, value]] : [],
  )
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`
}
