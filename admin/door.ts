/** What happens at ingest's door, from what ingest counts. Pure. */
import type { Door } from '../views/facts.ts'
import { type Metrics, type Series, sumOf } from './exposition.ts'

const EVENTS = 'pulse_ingest_events_total'
const REQUESTS = 'pulse_ingest_requests_total'
const limitedCode = 'RATE_LIMITED'
/** Verdicts of events that are no refusals. */
const taken = new Set(['accepted', 'duplicate'])
/** Requests that were refused as a whole, before there was an event to judge, have these codes. */
const ofRequests = new Set([
  'UNAUTHORIZED',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNSUPPORTED_CONTENT_ENCODING',
  'CONTENT_ENCODING_INVALID',
  'PAYLOAD_TOO_LARGE',
  'BATCH_TOO_LARGE',
  'NOT_A_BATCH',
  'EMPTY_BATCH',
  'CLIENT_GONE',
])

export function doorOf(metrics: Metrics): Door {
  const events = metrics.of(EVENTS)
  const started = metrics.of('process_start_time_seconds')[0]?.value
  return {
    since: started === undefined ? null : new Date(started * 1000),
    accepted: sumOf(events.filter(({ labels }) => labels.verdict === 'accepted')),
    duplicate: sumOf(events.filter(({ labels }) => labels.verdict === 'duplicate')),
    limited: sumOf(events.filter(({ labels }) => labels.verdict === limitedCode)),
    refusals: refusalsOf(events, metrics.of(REQUESTS)),
  }
}

/** What the door refused of each tenant that it counts by itself. */
export function refusedByTenant(
  metrics: Metrics,
): ReadonlyMap<string, { readonly limited: number; readonly refused: number }> {
  const found = new Map<string, { limited: number; refused: number }>()
  for (const { labels, value } of metrics.of(EVENTS)) {
    const { tenant, verdict } = labels
    if (tenant === undefined || verdict === undefined) continue
    const counts = found.get(tenant) ?? { limited: 0, refused: 0 }
    if (verdict === limitedCode) counts.limited += value
    else if (!taken.has(verdict)) counts.refused += value
    found.set(tenant, counts)
  }
  return found
}

function refusalsOf(events: readonly Series[], requests: readonly Series[]): Door['refusals'] {
  const counts = new Map<string, number>()
  const add = (code: string, count: number) => counts.set(code, (counts.get(code) ?? 0) + count)
  for (const { labels, value } of events)
    if (labels.verdict !== undefined && !taken.has(labels.verdict)) add(labels.verdict, value)
  for (const { labels, value } of requests)
    if (labels.code !== undefined && ofRequests.has(labels.code)) add(labels.code, value)
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
}
