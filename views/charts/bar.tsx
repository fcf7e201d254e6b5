/** A bar: its parts as shares of `most`, side by side. The numbers stand beside it. */
export type Tone = 'stored' | 'duplicate' | 'dead' | 'skipped' | 'flight'
export type Part = { readonly value: number; readonly tone?: Tone; readonly title?: string }

export function Bar({ parts, most }: { parts: readonly Part[]; most: number }) {
  return (
    <svg class="share" aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">
      {placed(parts, most).map(({ tone, title, x, width }) => (
        <rect class={tone} x={x.toFixed(2)} width={width.toFixed(2)} height="8">
          {title && <title>{title}</title>}
        </rect>
      ))}
    </svg>
  )
}

function placed(parts: readonly Part[], most: number) {
  let x = 0
  return parts.map(({ value, ...part }) => {
    const width = most > 0 ? (100 * Math.max(value, 0)) / most : 0
    x += width
    return { ...part, x: x - width, width }
  })
}

/** The colour of a part, beside its name. */
export const Swatch = ({ tone }: { tone: Tone }) => (
  <svg class={`swatch ${tone}`} aria-hidden="true" viewBox="0 0 8 8">
    <rect class={tone} width="8" height="8" rx="1.5" />
  </svg>
)
