import { expect, test } from 'bun:test'
import { maskedSummary, readSettings } from '../contracts/env.ts'
import { tracingSettings } from './tracing-settings.ts'

test('without any of them there is no tracing', () => {
  expect(readSettings(tracingSettings, {})).toMatchObject({
    ok: true,
    config: {
      otlpEndpoint: undefined,
      otlpHeaders: {},
      serviceName: 'pulse-ingest',
      tracesSampler: 'parentbased_always_on',
      tracesSamplerRatio: 1,
    },
  })
})

test('headers are pairs, percent-encoded, and in no summary', () => {
  const read = readSettings(tracingSettings, {
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20aHVudGVyMg==, x-team=a',
  })
  if (!read.ok) throw new Error(read.problems.join())
  expect(read.config.otlpHeaders).toEqual({ Authorization: 'Basic aHVudGVyMg==', 'x-team': 'a' })
  expect(JSON.stringify(maskedSummary(tracingSettings, read.config))).not.toContain('aHVudGVyMg')
})

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'x=%zz'],
  ['OTEL_TRACES_SAMPLER', 'sometimes'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
  ['OTEL_TRACES_SAMPLER_ARG', 'half'],
])('%p=%p is refused', (name, value) => {
  const read = readSettings(tracingSettings, { [name]: value })
  expect(read.ok ? [] : read.problems).toEqual([expect.stringContaining(`${name} must be`)])
  expect(JSON.stringify(read)).not.toContain('hunter2')
})
