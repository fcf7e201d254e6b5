/**
 * Spans by OpenTelemetry's SDK, sent to a collector by OTLP over HTTP: the only user of those packages.
 * A request is a server span; below it, one span for its call to Redis and one for its records' way into Kafka, however
 * many events it has. Bounded by the SDK's queue (OTEL_BSP_MAX_QUEUE_SIZE spans): what does not fit, or what no collector
 * takes, is lost and warned of, and costs nothing else.
 */
import {
  type Context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  RandomIdGenerator,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import { version } from '../package.json' with { type: 'json' }
import type { Taken } from './claims.ts'
import type { Door } from './door-metrics.ts'
import type { Facts } from './exchange.ts'
import type { Delivery } from './produce.ts'
import { makeSampling } from './sampling.ts'
import { traceFlushMs } from './timing.ts'
import { notRecorded, type RequestTrace, type Tracing } from './tracing.ts'
import type { TracingConfig } from './tracing-settings.ts'
import type { Troubles } from './troubles.ts'

type Config = TracingConfig & { readonly otlpEndpoint: string; readonly rawTopic: string }

export function openOtlpTracing(config: Config, troubles: Troubles): Tracing {
  warnOfLostSpans(troubles)
  const exporter = new OTLPTraceExporter({
    url: `${config.otlpEndpoint.replace(/\/$/, '')}/v1/traces`,
    headers: config.otlpHeaders,
  })
  const ids = new RandomIdGenerator()
  let nextTraceId = ''
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': config.serviceName,
      'service.version': version,
      'process.pid': process.pid,
    }).merge(detectResources({ detectors: [envDetector] })),
    // What comes to the provider is to be recorded, in the trace that was decided on.
    sampler: new AlwaysOnSampler(),
    idGenerator: {
      generateTraceId: () => nextTraceId,
      generateSpanId: () => ids.generateSpanId(),
    },
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  const tracer = provider.getTracer('pulse-ingest', version)
  const isRecorded = makeSampling(config, (ratio) => {
    const sampler = new TraceIdRatioBasedSampler(ratio)
    const { RECORD_AND_SAMPLED } = SamplingDecision
    return (traceId) => sampler.shouldSample(ROOT_CONTEXT, traceId).decision === RECORD_AND_SAMPLED
  })
  return {
    request(route, traceparent, door) {
      const parent = traceparent === undefined ? undefined : parentIn(traceparent)
      const traceId = parent?.traceId ?? ids.generateTraceId()
      const isParentSampled = parent && (parent.traceFlags & TraceFlags.SAMPLED) !== 0
      if (!isRecorded(traceId, isParentSampled)) return notRecorded(traceparent)
      nextTraceId = traceId
      const span = tracer.startSpan(
        nameOf(door, route),
        { kind: SpanKind.SERVER, startTime: Date.now() },
        parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent),
      )
      span.setAttributes(aboutDoor(door, route))
      return new Recorded(tracer, span, config.rawTopic)
    },
    async close() {
      const late = new Promise((resolve) => setTimeout(resolve, traceFlushMs))
      await Promise.race([provider.shutdown().catch(() => {}), late])
    },
  }
}

const nameOf = (door: Door | undefined, route: string): string => {
  if (door === 'grpc') return route.slice(1)
  return `${door === 'websocket' ? 'receive' : 'POST'} ${route}`
}

function aboutDoor(door: Door | undefined, route: string): Record<string, string> {
  if (door === 'grpc') {
    const [, service = '', method = ''] = route.split('/')
    return { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method }
  }
  return door === 'websocket'
    ? { 'http.route': route, 'network.protocol.name': 'websocket' }
    : { 'http.route': route, 'http.request.method': 'POST' }
}

/** The SDK tells its troubles to one logger of the whole process, as text. */
function warnOfLostSpans(troubles: Troubles): void {
  const lost = (message: string) => troubles.happened('spans_lost', 1, reasonIn(message))
  const silent = () => {}
  diag.setLogger(
    { error: lost, warn: lost, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
}

/** Errors come as JSON, with their stacks. */
function reasonIn(message: string): string {
  try {
    const { message: text, code, name } = JSON.parse(message)
    return String(text || code || name)
  } catch {
    return message
  }
}

/** Fields of fixed length, as W3C's Trace Context has them in version 00. */
const parentIn = (traceparent: string): SpanContext => ({
  traceId: traceparent.slice(3, 35),
  spanId: traceparent.slice(36, 52),
  traceFlags: Number.parseInt(traceparent.slice(53), 16),
  isRemote: true,
})

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`

/** Attributes have the names of OpenTelemetry's semantic conventions, where it has one. */
class Recorded implements RequestTrace {
  readonly traceId: string
  readonly #tracer: Tracer
  readonly #span: Span
  readonly #context: Context
  readonly #topic: string
  /** What is to be added to an instant to have the milliseconds since 1970. */
  readonly #epoch = Date.now() - performance.now()
  #claims = 0
  #claimOutcome: Taken['kind'] | undefined
  #firstAskedAt = Number.POSITIVE_INFINITY
  #lastClaimedAt = 0
  #sending: Span | undefined
  #sendingTraceparent: string | undefined
  #sent = 0
  #reported = 0
  #notAcked = 0
  #lastReportedAt = 0
  #isAnswered = false

  constructor(tracer: Tracer, span: Span, topic: string) {
    this.#tracer = tracer
    this.#span = span
    this.#context = trace.setSpan(ROOT_CONTEXT, span)
    this.#topic = topic
    this.traceId = span.spanContext().traceId
  }

  claimed(askedAt: number, outcome: Taken['kind']): void {
    this.#claims++
    this.#claimOutcome = outcome
    this.#firstAskedAt = Math.min(this.#firstAskedAt, askedAt)
    this.#lastClaimedAt = performance.now()
  }

  sending(): string | undefined {
    this.#sent++
    if (this.#sending === undefined) {
      this.#sending = this.#child(`send ${this.#topic}`, SpanKind.PRODUCER, performance.now())
      this.#sendingTraceparent = traceparentOf(this.#sending.spanContext())
    }
    return this.#sendingTraceparent
  }

  reported(delivery: Delivery['kind']): void {
    this.#reported++
    if (delivery !== 'acked') this.#notAcked++
    this.#lastReportedAt = performance.now()
    this.#endSending()
  }

  answered(
    requestId: string,
    status: number,
    code: string,
    { tenant, verdict, bytes, results }: Facts,
  ): void {
    this.#isAnswered = true
    this.#recordClaim()
    this.#endSending()
    this.#span.setAttributes({
      'pulse.request_id': requestId,
      'http.response.status_code': status,
      ...(code === 'OK' ? {} : { 'error.type': code }),
      ...(bytes === undefined ? {} : { 'http.request.body.size': bytes }),
      ...(tenant === undefined ? {} : { 'pulse.tenant': tenant }),
      ...(verdict === undefined ? {} : { 'pulse.verdict': verdict }),
    })
    for (const [kind, events] of Object.entries(results ?? {}))
      this.#span.setAttribute(`pulse.events.${kind}`, events)
    // A client's fault is no error of a server.
    if (status >= 500) this.#span.setStatus({ code: SpanStatusCode.ERROR, message: code })
    this.#span.end(this.#epoch + performance.now())
  }

  #recordClaim(): void {
    if (this.#claims === 0) return
    const span = this.#child('claim', SpanKind.CLIENT, this.#firstAskedAt)
    span.setAttributes({ 'db.system.name': 'redis', 'db.operation.batch.size': this.#claims })
    if (this.#claims === 1) span.setAttribute('pulse.claim', String(this.#claimOutcome))
    span.end(this.#epoch + this.#lastClaimedAt)
  }

  /** A batch sends more when it has heard of some: only behind its answer no more records come. */
  #endSending(): void {
    if (this.#sending === undefined || !this.#isAnswered || this.#reported < this.#sent) return
    this.#sending.setAttributes({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': this.#topic,
      'messaging.batch.message_count': this.#sent,
    })
    const message = `${this.#notAcked} of ${this.#sent} not acknowledged`
    if (this.#notAcked > 0) this.#sending.setStatus({ code: SpanStatusCode.ERROR, message })
    this.#sending.end(this.#epoch + this.#lastReportedAt)
    this.#sending = undefined
  }

  #child(name: string, kind: SpanKind, startedAt: number): Span {
    const options = { kind, startTime: this.#epoch + startedAt }
    return this.#tracer.startSpan(name, options, this.#context)
  }
}
