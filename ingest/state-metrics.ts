/** Gauges: what is so at the moment in which somebody asks. */
import { Gauge, type Registry } from 'prom-client'
import type { Budget } from './budget.ts'
import type { KafkaProducer } from './produce.ts'
import type { Readiness } from './readiness.ts'

export type IngestState = {
  readonly budget: Budget
  readonly limits: { readonly maxInFlight: number; readonly maxInFlightBytes: number }
  readonly producer: Pick<KafkaProducer, 'waiting'>
  readonly readiness: () => Promise<Readiness>
  /** What runs, by name. */
  readonly versions: Readonly<Record<string, string>>
}

/** Of several workers, amounts are added up; what has to be so everywhere is so when it is so everywhere. */
export function registerState(registry: Registry, state: IngestState): void {
  const { budget, limits, producer } = state
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      aggregator: 'sum',
      collect() {
        this.set(value())
      },
    })
  gauge('pulse_ingest_in_flight', 'Events under way', () => budget.events)
  gauge('pulse_ingest_in_flight_limit', 'MAX_IN_FLIGHT', () => limits.maxInFlight)
  gauge(
    'pulse_ingest_in_flight_bytes',
    'Bytes of requests and events under way',
    () => budget.bytes,
  )
  gauge('pulse_ingest_in_flight_limit_bytes', 'MAX_IN_FLIGHT_BYTES', () => limits.maxInFlightBytes)
  gauge(
    'pulse_ingest_kafka_queue_records',
    'Records that the Kafka client has and the broker has not reported on',
    () => producer.waiting,
  )
  registerReadiness(registry, state.readiness)
  new Gauge({
    name: 'pulse_ingest_build_info',
    help: 'What runs, in its labels; the value is 1',
    labelNames: Object.keys(state.versions),
    registers: [registry],
    aggregator: 'first',
  }).set({ ...state.versions }, 1)
}

/** Both from one measurement, on asking. */
function registerReadiness(registry: Registry, readiness: () => Promise<Readiness>): void {
  const registers = [registry]
  new Gauge({
    name: 'pulse_ingest_dependency_up',
    help: 'Whether a dependency answers now (1) or not (0), measured on asking',
    labelNames: ['dependency'],
    registers,
    aggregator: 'min',
    async collect() {
      const { up } = await readiness()
      for (const [dependency, isUp] of Object.entries(up)) this.set({ dependency }, isUp ? 1 : 0)
    },
  })
  new Gauge({
    name: 'pulse_ingest_ready',
    help: 'Whether events can be taken now (1) or not (0), as /ready says',
    registers,
    aggregator: 'min',
    async collect() {
      this.set((await readiness()).ready ? 1 : 0)
    },
  })
}
