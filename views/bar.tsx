/** A bar in a table's row: its parts as shares of `most`, side by side. The row says the same in numbers. */
export type Part = { readonly value: number; readonly tone?: 'stored' | 'duplicate' | 'dead' }

export function Bar({ parts, most }: { parts: readonly Part[]; most: number }) {
  return (
    <svg class="share" aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">
      {placed(parts, most).map(({ tone, x, width }) => (
        <rect class={tone} x={x.toFixed(2)} width={width.toFixed(2)} height="8" />
      ))}
    </svg>
  )
}

function placed(parts: readonly Part[], most: number) {
  let x = 0
  return parts.map(({ value, tone }) => {
    const width = most > 0 ? (100 * Math.max(value, 0)) / most : 0
    x += width
    return { tone, x: x - width, width }
  })
}
