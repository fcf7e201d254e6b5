import { noTracing, type Tracing } from './tracing.ts'
import type { TracingConfig } from './tracing-settings.ts'
import type { Troubles } from './troubles.ts'

/** Without an endpoint nothing is loaded. `rawTopic` is where records go. */
export async function openTracing(
  config: TracingConfig & { readonly rawTopic: string },
  troubles: Troubles,
): Promise<Tracing> {
  const { otlpEndpoint } = config
  if (otlpEndpoint === undefined) return noTracing
  const { openOtlpTracing } = await import('./otlp-tracing.ts')
  return openOtlpTracing({ ...config, otlpEndpoint }, troubles)
}
