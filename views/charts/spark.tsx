/** Small charts in a row of a table, without axes: the words beside them say what they show. */
import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import type { Child } from 'hono/jsx'

/** A line through values, oldest first; null is a gap. `title` tells what it shows. */
export function SparkLine({
  values,
  title,
}: {
  values: readonly (number | null)[]
  title: string
}) {
  const x = scaleLinear()
    .domain([0, Math.max(values.length - 1, 1)])
    .range([0, 100])
  const y = scaleLinear()
    .domain([0, mostOf(values)])
    .range([19, 1])
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, i) => x(i))
    .y((value) => y(value ?? 0))
    .digits(1)
  return (
    <Spark title={title}>
      <path d={path(values) ?? ''} />
    </Spark>
  )
}

/** A bar for each value, oldest first. */
export function SparkBars({ values, title }: { values: readonly number[]; title: string }) {
  const y = scaleLinear()
    .domain([0, mostOf(values)])
    .range([0, 20])
  const width = 100 / Math.max(values.length, 1)
  return (
    <Spark title={title}>
      {values.map((value, i) =>
        value === 0 ? null : (
          <rect
            class="bar-of"
            x={(i * width).toFixed(1)}
            y={(20 - Math.max(y(value), 1.5)).toFixed(1)}
            width={(width * 0.8).toFixed(1)}
            height={Math.max(y(value), 1.5).toFixed(1)}
          />
        ),
      )}
    </Spark>
  )
}

const Spark = ({ title, children }: { title: string; children: Child }) => (
  <svg class="spark" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label={title}>
    <title>{title}</title>
    {children}
  </svg>
)

const mostOf = (values: readonly (number | null)[]): number =>
  Math.max(1, ...values.map((value) => value ?? 0))
