/** A page whose main part refreshes itself every two seconds; without JavaScript by reload. */
import type { Child } from 'hono/jsx'
import type { Unmeasured } from './facts.ts'
import { Exact } from './facts-shown.tsx'
import { Notice } from './notice.tsx'

/** `href` is the page's own address: asked with `HX-Request`, it answers this part alone. */
export function LiveMain(props: {
  title: string
  href: string
  measuredAt: Date
  unmeasured: readonly Unmeasured[]
  children: Child
}) {
  const { title, href, measuredAt, unmeasured, children } = props
  return (
    <main id="main" hx-get={href} hx-trigger="every 2s" hx-swap="outerHTML" hx-sync="this:drop">
      <div class="heading">
        <h1>{title}</h1>
        <span class="quiet">
          measured <Exact at={measuredAt} />
        </span>
        <span id="stale" class="stale" role="status" />
      </div>
      {unmeasured.length > 0 && <UnmeasuredNotice unmeasured={unmeasured} />}
      {children}
    </main>
  )
}

const UnmeasuredNotice = ({ unmeasured }: { unmeasured: readonly Unmeasured[] }) => (
  <Notice tone="warn" title="Some facts are unknown">
    <ul>
      {unmeasured.map(({ what, why }) => (
        <li>
          {why}: {what}.
        </li>
      ))}
    </ul>
  </Notice>
)
