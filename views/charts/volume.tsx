/**
 * Events over time as a line with its area, dead letters as a dashed line: axes with units, a value under the pointer at
 * every point, and the same as a table. What is not known is a gap.
 */
import { scaleLinear, scaleUtc } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { VolumePoint } from '../facts.ts'
import { hourAndMinute } from '../time-shown.tsx'

const size = { width: 620, height: 188 }
const inner = { left: 40, right: 612, top: 28, bottom: 162 }
const whole = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact' })

export function VolumeChart(props: {
  id: string
  /** What the line shows, for those who cannot see it. */
  label: string
  /** What a point counts: `events a minute`. */
  unit: string
  points: readonly VolumePoint[]
}) {
  const { id, label, unit, points } = props
  const { x, y } = scalesOf(points)
  return (
    <figure>
      <svg class="chart" viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={label}>
        <YAxis y={y} unit={unit} />
        <XAxis x={x} />
        <path class="area" d={areaOf(x, y)(points) ?? ''} />
        <path class="line" d={lineOf(x, y, 'stored')(points) ?? ''} />
        {points.some(({ dead }) => dead) && (
          <path class="line dead" d={lineOf(x, y, 'dead')(points) ?? ''} />
        )}
        <Hovers points={points} x={x} y={y} unit={unit} />
      </svg>
      <details id={id}>
        <summary>As a table</summary>
        <PointsTable points={points} label={label} />
      </details>
    </figure>
  )
}

type X = ReturnType<typeof scalesOf>['x']
type Y = ReturnType<typeof scalesOf>['y']

function scalesOf(points: readonly VolumePoint[]) {
  const times = points.length === 0 ? [0] : points.map(({ at }) => at.getTime())
  const most = Math.max(4, ...points.map(({ stored, dead }) => Math.max(stored ?? 0, dead ?? 0)))
  return {
    x: scaleUtc()
      .domain([Math.min(...times), Math.max(...times)])
      .range([inner.left, inner.right]),
    y: scaleLinear().domain([0, most]).nice(4).range([inner.bottom, inner.top]),
  }
}

const lineOf = (x: X, y: Y, what: 'stored' | 'dead') =>
  line<VolumePoint>()
    .defined((point) => point[what] !== null)
    .x(({ at }) => x(at))
    .y((point) => y(point[what] ?? 0))
    .digits(1)

const areaOf = (x: X, y: Y) =>
  area<VolumePoint>()
    .defined(({ stored }) => stored !== null)
    .x(({ at }) => x(at))
    .y0(inner.bottom)
    .y1(({ stored }) => y(stored ?? 0))
    .digits(1)

function YAxis({ y, unit }: { y: Y; unit: string }) {
  return (
    <g>
      {y.ticks(4).map((tick) => (
        <>
          <line
            class={tick === 0 ? 'base' : 'grid'}
            x1={inner.left}
            x2={inner.right}
            y1={y(tick).toFixed(1)}
            y2={y(tick).toFixed(1)}
          />
          <text x={inner.left - 6} y={(y(tick) + 4).toFixed(1)} text-anchor="end">
            {compact.format(tick)}
          </text>
        </>
      ))}
      <text x={inner.right} y={inner.top - 12} text-anchor="end">
        {unit}
      </text>
    </g>
  )
}

function XAxis({ x }: { x: X }) {
  return (
    <g>
      {x.ticks(6).map((tick) => (
        <text x={x(tick).toFixed(1)} y={size.height - 6} text-anchor="middle">
          {hourAndMinute(tick)}
        </text>
      ))}
    </g>
  )
}

/** A column under the pointer for each point, which tells its value. */
function Hovers({
  points,
  x,
  y,
  unit,
}: {
  points: readonly VolumePoint[]
  x: X
  y: Y
  unit: string
}) {
  const step = (inner.right - inner.left) / Math.max(points.length - 1, 1)
  return (
    <g>
      {points.map((point) => {
        const at = x(point.at)
        return (
          <g class="hover">
            <rect
              x={(at - step / 2).toFixed(1)}
              y={inner.top}
              width={step.toFixed(1)}
              height={inner.bottom - inner.top}
            >
              <title>{wordsOf(point, unit)}</title>
            </rect>
            {point.stored !== null && (
              <circle cx={at.toFixed(1)} cy={y(point.stored).toFixed(1)} r="3" />
            )}
          </g>
        )
      })}
    </g>
  )
}

function wordsOf({ at, stored, dead }: VolumePoint, unit: string): string {
  if (stored === null) return `${hourAndMinute(at)} UTC: unknown`
  const letters = dead ? `, ${whole.format(dead)} dead` : ''
  return `${hourAndMinute(at)} UTC: ${whole.format(stored)} ${unit}${letters}`
}

function PointsTable({ points, label }: { points: readonly VolumePoint[]; label: string }) {
  return (
    <table class="numbers">
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">From, UTC</th>
          <th scope="col">Stored</th>
          <th scope="col">Dead</th>
        </tr>
      </thead>
      <tbody>
        {points.map(({ at, stored, dead }) => (
          <tr>
            <th scope="row">{hourAndMinute(at)}</th>
            <td>{stored === null ? 'unknown' : whole.format(stored)}</td>
            <td>{dead === null ? 'unknown' : whole.format(dead)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
