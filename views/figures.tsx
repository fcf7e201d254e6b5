/** Large figures in a row, each under its label. */
import type { Child } from 'hono/jsx'

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
