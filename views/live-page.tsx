/** A page whose main part is sent anew every two seconds while it is looked at; without JavaScript by reload. */
import type { Child } from 'hono/jsx'
import type { Unmeasured } from './facts.ts'
import { Notice } from './notice.tsx'
import { Clock } from './time-shown.tsx'

type Shown = {
  readonly title: string
  readonly measuredAt: Date
  readonly unmeasured: readonly Unmeasured[]
  readonly children: Child
}

/** `stream` is the address that sends what `LiveContent` gives. */
export const LiveMain = ({ stream, children }: { stream: string; children: Child }) => (
  <main id="main" data-stream={stream} hx-ext="morph">
    {children}
  </main>
)

export function LiveContent({ title, measuredAt, unmeasured, children }: Shown) {
  return (
    <>
      <div class="heading">
        <h1>{title}</h1>
        <span class="quiet" id="measured">
          measured <Clock at={measuredAt} />
        </span>
        <span id="stale" class="stale" role="status" />
      </div>
      {unmeasured.length > 0 && <UnmeasuredNotice unmeasured={unmeasured} />}
      {children}
    </>
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
