/**
 * Which requests are recorded, as OpenTelemetry's samplers of the same names decide. Asked before a span is made, because
 * the SDK makes a context, an id and attributes first, which costs microseconds for each request that is not recorded.
 */
import type { TracingConfig } from './tracing-settings.ts'

/** `isParentSampled` is undefined for a request that begins a trace. */
export type Sampling = (traceId: string, isParentSampled: boolean | undefined) => boolean

type ByTraceId = (traceId: string) => boolean

/** `ofRatio` decides by a trace's id whether it is among that part of all traces. */
export function makeSampling(
  {
    tracesSampler,
    tracesSamplerRatio,
  }: Pick<TracingConfig, 'tracesSampler' | 'tracesSamplerRatio'>,
  ofRatio: (ratio: number) => ByTraceId,
): Sampling {
  const always = () => true
  const never = () => false
  switch (tracesSampler) {
    case 'always_on':
      return always
    case 'always_off':
      return never
    case 'traceidratio':
      return ofRatio(tracesSamplerRatio)
    case 'parentbased_always_on':
      return asParent(always)
    case 'parentbased_always_off':
      return asParent(never)
    case 'parentbased_traceidratio':
      return asParent(ofRatio(tracesSamplerRatio))
  }
}

const asParent =
  (root: ByTraceId): Sampling =>
  (traceId, isParentSampled) =>
    isParentSampled ?? root(traceId)
