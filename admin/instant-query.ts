/** Instants as people write them in an address: `15m`, `2h`, `7d` (ago), a date, a date and time, with a zone or in UTC. Pure. */
const ago = /^(\d{1,5})\s*(s|m|h|d)(\s+ago)?$/
const written =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?\s*(Z|[+-]\d\d:\d\d|UTC)?)?$/i
const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Years that Postgres takes as they are written. */
const first = Date.UTC(1000, 0)
const behindLast = Date.UTC(10_000, 0)

/** Whether an instant is in the years 1000 to 9999. */
export const isAskable = (at: Date): boolean => at.getTime() >= first && at.getTime() < behindLast

/** Undefined when it is not an instant, or none that can be asked for. */
export function instantIn(text: string, now: Date): Date | undefined {
  const trimmed = text.trim()
  const back = ago.exec(trimmed)
  if (back)
    return new Date(now.getTime() - Number(back[1]) * unitMs[back[2] as keyof typeof unitMs])
  const found = written.exec(trimmed)
  if (!found) return undefined
  const [, day, time = '00:00', seconds = ':00', zone = 'Z'] = found
  const instant = new Date(`${day}T${time}${seconds}${/^utc$/i.test(zone) ? 'Z' : zone}`)
  if (!isAskable(instant)) return undefined
  // A day that the month does not have would be taken for one of the next.
  const isReal = new Date(`${day}T00:00Z`).toISOString().startsWith(day ?? '')
  return isReal ? instant : undefined
}
