/** Durations in a high dynamic range histogram (Gil Tene): three digits of every value from 1 µs to 10 minutes. */
import { build, type Histogram } from 'hdr-histogram-js'

/** In milliseconds; all 0 when nothing was measured. */
export type Latency = {
  readonly count: number
  readonly average: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

export type LatencyRecorder = {
  /** What `add` reads of the other one. */
  readonly histogram: Histogram
  /** The same duration `times` over. */
  record(ms: number, times?: number): void
  /** All that another one has. */
  add(other: LatencyRecorder): void
  measured(): Latency
  reset(): void
}

const longestUs = 600_000_000

export function makeLatency(): LatencyRecorder {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: longestUs,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  })
  const at = (percent: number): number => toMs(histogram.getValueAtPercentile(percent))
  return {
    histogram,
    record(ms, times = 1) {
      const us = Math.min(longestUs, Math.max(1, Math.round(ms * 1000)))
      if (times === 1) histogram.recordValue(us)
      else histogram.recordValueWithCount(us, times)
    },
    add: (other) => histogram.add(other.histogram),
    measured: () => ({
      count: histogram.totalCount,
      average: histogram.totalCount === 0 ? 0 : toMs(histogram.mean),
      p50: at(50),
      p95: at(95),
      p99: at(99),
      p999: at(99.9),
      max: histogram.totalCount === 0 ? 0 : toMs(histogram.maxValue),
    }),
    reset: () => histogram.reset(),
  }
}

const toMs = (us: number): number => Math.round(us) / 1000
