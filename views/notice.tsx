/** A box that says what is the matter and what to do now. */
import type { Child } from 'hono/jsx'
import type { Tone } from './facts-shown.tsx'

export function Notice({ tone, title, children }: { tone: Tone; title: string; children?: Child }) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <strong>{title}</strong>
      {children && <div>{children}</div>}
    </div>
  )
}

/** What a page says when a store could not be asked. */
export const UnknownNotice = ({ what, why }: { what: string; why: string }) => (
  <Notice tone="warn" title={`${what}: unknown`}>
    <p>{why}. Events that were accepted wait in Kafka meanwhile.</p>
    <p>
      Reload the page once PostgreSQL answers; <a href="/">Overview</a> shows what is up.
    </p>
  </Notice>
)
