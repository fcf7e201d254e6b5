/**
 * What it costs to observe one event on its way: `bun run bench:observing`. Each figure is the smallest of a hundred short
 * rounds, in nanoseconds: what the code costs while nothing else happens. Spans go nowhere: what a collector costs is not in it.
 */

import type { Facts } from './exchange.ts'
import { makeMetrics } from './metrics.ts'
import { openTracing } from './open-tracing.ts'
import { noTracing, type Tracing } from './tracing.ts'

const silence = { happened() {} }
const metrics = makeMetrics(200, silence)
const route = metrics.route('/events')
const accepted = {
  kind: 'accepted',
  requestId: 'req_1',
  duplicate: false,
  warnings: [],
  quota: undefined,
} as const
const acked = { kind: 'acked' } as const
const facts: Facts = { tenant: 'tenant_a', verdict: 'accepted', bytes: 170, results: undefined }
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

const sampled = (ratio: number): Promise<Tracing> =>
  openTracing(
    {
      otlpEndpoint: 'http://127.0.0.1:1',
      otlpHeaders: {},
      serviceName: 'bench',
      tracesSampler: 'traceidratio',
      tracesSamplerRatio: ratio,
      rawTopic: 'events.raw',
    },
    silence,
  )

/** Everything that one event tells its trace. */
function traceOne(tracing: Tracing, from: string | undefined): void {
  const trace = tracing.request('/events', from)
  trace.claimed(0, 'taken')
  trace.sending()
  trace.reported('acked')
  trace.answered('req_1', 202, 'OK', facts)
}

function measure(name: string, rounds: number, observe: (i: number) => void): void {
  const took: number[] = []
  for (let round = 0; round < 100; round++) {
    const began = process.hrtime.bigint()
    for (let i = 0; i < rounds; i++) observe(i)
    took.push(Number(process.hrtime.bigint() - began) / rounds)
  }
  process.stdout.write(
    `${name.padEnd(44)}${Math.min(...took)
      .toFixed(1)
      .padStart(9)} ns\n`,
  )
}

const none = await sampled(0)
const all = await sampled(1)
measure('nothing', 1e5, () => {})
measure('a request answered', 1e5, (i) => route.answered(202, 'OK', (i & 63) / 1000))
measure('an event judged', 1e5, () => metrics.judged('tenant_a', accepted))
measure('a claim', 1e5, () => metrics.admission.claimed('taken'))
measure('a record reported', 1e5, (i) => metrics.admission.produced(acked, (i & 63) / 1000))
measure('tracing off', 1e5, () => traceOne(noTracing, undefined))
measure('tracing off, with a traceparent', 1e5, () => traceOne(noTracing, traceparent))
measure('tracing on, not among the sampled', 1e4, () => traceOne(none, undefined))
measure('tracing on, sampled, three spans', 1e3, () => traceOne(all, traceparent))
process.exit(0)
