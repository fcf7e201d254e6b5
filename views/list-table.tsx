/** A table in a frame that scrolls by itself when it is wider than the page: columns by name, and rows. */
import type { Child } from 'hono/jsx'

/** What stands above it, and how wide or where it is. */
export type Column = string | readonly [name: string, look: 'short' | 'middle' | 'long' | 'left']

type Props = {
  readonly id: string
  /** What is read out for it: a text of its own, or the id of the heading above it. */
  readonly called: { readonly label: string } | { readonly by: string }
  readonly look?: 'numbers' | 'list' | 'list letters'
  readonly columns: readonly Column[]
  /** Of the rows, where a script adds to them. */
  readonly rowsId?: string
  readonly children: Child
}

export function ListTable({ id, called, look, columns, rowsId, children }: Props) {
  const name = 'by' in called ? { 'aria-labelledby': called.by } : { 'aria-label': called.label }
  return (
    <section class="scroll" id={id} {...name} tabindex={0}>
      <table class={look}>
        <thead>
          <tr>
            {columns.map((column) => {
              const [text, width] = typeof column === 'string' ? [column] : column
              return (
                <th scope="col" class={width}>
                  {text}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody id={rowsId}>{children}</tbody>
      </table>
    </section>
  )
}
