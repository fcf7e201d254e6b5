/** Tracing, by the names that OpenTelemetry gives its settings. */
import { type } from 'arktype'
import { type Config, nonEmpty, optional, setting } from '../contracts/env.ts'

const httpUrl = type('string.url').narrow((text) => /^https?:\/\//.test(text))
const ratio = type('string.numeric.parse').to('0 <= number <= 1')
const sampler = type.enumerated(
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
)

export const tracingSettings = {
  otlpEndpoint: setting('OTEL_EXPORTER_OTLP_ENDPOINT', optional(httpUrl), '', {
    unit: 'an http:// or https:// URL, to which /v1/traces is added',
    reason: 'where a collector takes spans over HTTP; none means no tracing, which costs nothing',
  }),
  otlpHeaders: setting('OTEL_EXPORTER_OTLP_HEADERS', headers, '', {
    unit: 'a list of name=value, separated by commas, percent-encoded',
    reason: 'what the collector wants to be told, such as a key',
    secret: true,
  }),
  serviceName: setting('OTEL_SERVICE_NAME', nonEmpty, 'pulse-ingest', {
    unit: 'a name',
    reason: 'under which the spans are found',
  }),
  tracesSampler: setting('OTEL_TRACES_SAMPLER', sampler, 'parentbased_always_on', {
    unit: 'always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or parentbased_traceidratio',
    reason:
      "OpenTelemetry's default: as the producer decided, else every request; a ratio where there are many",
  }),
  tracesSamplerRatio: setting('OTEL_TRACES_SAMPLER_ARG', ratio, '1', {
    unit: 'a number from 0 to 1',
    reason: 'the part of all traces that a sampler by ratio records',
  }),
} as const

export type TracingConfig = Config<typeof tracingSettings>

function headers(text: string): Readonly<Record<string, string>> | type.errors {
  const pairs = type(/^[^\s=,%]+=([^,%]|%[0-9a-fA-F]{2})*$/).array()(
    text.split(',').flatMap((pair) => pair.trim() || []),
  )
  if (pairs instanceof type.errors) return pairs
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [name, decodeURIComponent(value.join('='))]
    }),
  )
}
