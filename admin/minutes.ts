/** Whole minutes, by which events are counted. Pure. */

const minuteMs = 60_000

/** When the minute began that is `count` minutes before the current one. */
export const minutesBefore = (now: Date, count: number): Date =>
  new Date(now.getTime() - (now.getTime() % minuteMs) - count * minuteMs)
