/** Large figures in a row, each under its label. */
import type { Child } from 'hono/jsx'
import { Num, Unknown } from './facts-shown.tsx'
import type { DeadLetterCounts } from './pipeline-facts.ts'

export type Figure = readonly [label: string, value: Child]

export function Figures({ of }: { of: readonly Figure[] }) {
  return (
    <dl class="cells">
      {of.map(([label, value]) => (
        <div class="cell">
          <dt class="label">{label}</dt>
          <dd class="figure">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A count that was cut is that many or more. */
export function CountOf({
  counts,
  which,
}: {
  counts: DeadLetterCounts | null
  which: 'open' | 'unpublished'
}) {
  if (counts === null) return <Unknown />
  return (
    <>
      <Num value={counts[which]} />
      {counts[which] === counts.countedUpTo && <span class="quiet"> or more</span>}
    </>
  )
}
