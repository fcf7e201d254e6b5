/** How far a partition is behind: pure. */
import type { LogGlance } from './seat.ts'

/** What a partition's work knows of its place in the log. */
export type Progress = LogGlance & {
  /** How far the partition is counted in Postgres. */
  readonly countedTo: bigint
}

export type Lag = {
  /** Records of the log that are not counted; undefined while the end of the log is not known. */
  readonly records: number | undefined
  /** Since the broker appended the oldest record that is not counted; undefined while it is on its way here. */
  readonly seconds: number | undefined
}

export function lagOf({ logEnd, countedTo, oldestMs }: Progress, nowMs: number): Lag {
  const records = logEnd === undefined ? undefined : Math.max(0, Number(logEnd - countedTo))
  // The broker's clock may be ahead of ours.
  if (oldestMs !== undefined) return { records, seconds: Math.max(0, (nowMs - oldestMs) / 1000) }
  return { records, seconds: records === 0 ? 0 : undefined }
}
