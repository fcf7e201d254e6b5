/**
 * A counter and a histogram for the hot path, registered with prom-client like its own, which look their labels up by a
 * hash of all of them on every observation. These are given their series once and then count in place.
 */
import type { Registry } from 'prom-client'

type Labels = Readonly<Record<string, string>>
type About = { readonly name: string; readonly help: string }

/** What prom-client asks of a metric that is registered with it. */
type Value = { readonly metricName?: string; readonly labels: Labels; readonly value: number }
type Exported = About & { type: string; values: readonly Value[]; aggregator: 'sum' }

/** Seconds: what a request, Redis and Kafka take. */
export const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export type CounterSeries = { inc(by?: number): void }
export type HistogramSeries = { observe(value: number): void }

/** A counter whose series are made by their labels, once each. */
export function makeCounter(registry: Registry, about: About): (labels: Labels) => CounterSeries {
  const all: { labels: Labels; value: number }[] = []
  register(registry, about, 'counter', () => all)
  return (labels) => {
    const one = { labels, value: 0 }
    all.push(one)
    return {
      inc(by = 1) {
        one.value += by
      },
    }
  }
}

/** A histogram whose series are made by their labels, once each. `bounds` ascend. */
export function makeHistogram(
  registry: Registry,
  about: About,
  bounds: readonly number[],
): (labels: Labels) => HistogramSeries {
  const all: { labels: Labels; counts: number[]; sum: number }[] = []
  register(registry, about, 'histogram', () =>
    all.flatMap((one) => exported(about.name, bounds, one)),
  )
  return (labels) => {
    const one = { labels, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }
    all.push(one)
    return {
      observe(value) {
        let bucket = 0
        while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++
        one.counts[bucket] = (one.counts[bucket] as number) + 1
        one.sum += value
      },
    }
  }
}

function exported(
  name: string,
  bounds: readonly number[],
  { labels, counts, sum }: { labels: Labels; counts: readonly number[]; sum: number },
): Value[] {
  let count = 0
  const buckets = counts.map((more, i) => {
    count += more
    const le = i < bounds.length ? String(bounds[i]) : '+Inf'
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}

function register(
  registry: Registry,
  about: About,
  type: 'counter' | 'histogram',
  values: () => readonly Value[],
): void {
  const metric = {
    ...about,
    get: async (): Promise<Exported> => ({ ...about, type, values: values(), aggregator: 'sum' }),
  }
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0])
}
