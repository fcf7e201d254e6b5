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
  /** Since the broker appended the oldest record that is not counted; undefined while that is not here. */
  readonly seconds: number | undefined
}

export function lagOf({ logEnd, countedTo, oldest }: Progress, nowMs: number): Lag {
  const records = logEnd === undefined ? undefined : Math.max(0, Number(logEnd - countedTo))
  if (records === 0) return { records, seconds: 0 }
  // After a rewind what is counted is read again: how old that is, is nobody's lag.
  if (oldest === undefined || oldest.offset < countedTo) return { records, seconds: undefined }
  // The broker's clock may be ahead of ours.
  return { records, seconds: Math.max(0, (nowMs - oldest.timestampMs) / 1000) }
}
