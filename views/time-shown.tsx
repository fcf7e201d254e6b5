/** Instants and lengths of time as pages show them. */

/** An instant as the time since it, with the exact one at hand. */
export function Ago({ at, now }: { at: Date; now: Date }) {
  return (
    <time data-ago datetime={at.toISOString()} title={exact(at)}>
      {since(now.getTime() - at.getTime())}
    </time>
  )
}

/** An instant in full, in UTC. */
export const Exact = ({ at }: { at: Date }) => (
  <time class="num" datetime={at.toISOString()}>
    {exact(at)}
  </time>
)

/** The time of day of an instant, in UTC. */
export const Clock = ({ at }: { at: Date }) => (
  <time class="num" datetime={at.toISOString()} title={exact(at)}>
    {`${at.toISOString().slice(11, 19)} UTC`}
  </time>
)

/** A length of time, in the two largest units that matter. */
export function durationOf(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  if (minutes < 36 * 60)
    return minutes % 60 === 0
      ? `${minutes / 60} h`
      : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  const hours = Math.round(minutes / 60)
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** The time of day of an instant in UTC, to the minute. */
export const hourAndMinute = (at: Date): string => at.toISOString().slice(11, 16)

const exact = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', ' UTC')

function since(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000)
  const [amount, unit] =
    seconds < 90
      ? [seconds, 's']
      : seconds < 90 * 60
        ? [Math.round(seconds / 60), 'min']
        : seconds < 36 * 3600
          ? [Math.round(seconds / 3600), 'h']
          : [Math.round(seconds / 86_400), 'd']
  return ms < -1000 ? `in ${amount} ${unit}` : `${amount} ${unit} ago`
}
