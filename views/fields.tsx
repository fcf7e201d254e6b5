/** Names and values, one below the other. A null value is left out. */
import type { Child } from 'hono/jsx'

export type Field = readonly [name: Child, value: Child]

export function Fields({ fields }: { fields: readonly Field[] }) {
  return (
    <dl class="fields">
      {fields
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
