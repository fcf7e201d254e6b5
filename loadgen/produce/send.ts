/** Sends one flat event to Pulse's front door, and says what became of it there and where it can be looked at. */
import type { FlatEvent } from './flat-event.ts'

export type Target = {
  /** URL of ingest. */
  readonly ingest: string
  /** URL of the admin; undefined when it is not known. */
  readonly admin: string | undefined
  readonly tenant: string
  readonly apiKey: string
}

export type Sent = {
  readonly event: FlatEvent
  readonly accepted: boolean
  /** 0 when there was no answer. */
  readonly status: number
  /** As it came, or why there is none. */
  readonly answer: unknown
  /** Pages about it. */
  readonly links: readonly string[]
}

const deadlineMs = 10_000

/** Never rejects. The event's id is its idempotency key: to send it again is safe. */
export async function send(event: FlatEvent, target: Target): Promise<Sent> {
  const links = linksOf(event, target)
  try {
    const response = await fetch(new URL('/events', target.ingest), {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-API-Key': target.apiKey,
        'Idempotency-Key': event.eventId,
      },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(deadlineMs),
    })
    const answer = parsed(await response.text())
    const { status } = response
    return { event, accepted: status === 202, status, answer, links }
  } catch (error) {
    const answer = `no answer from ${target.ingest}: ${(error as Error).message}`
    return { event, accepted: false, status: 0, answer, links }
  }
}

/** The event's own page, and what the read API tells of the entity that it is about. */
function linksOf(event: FlatEvent, { admin, tenant }: Target): string[] {
  if (admin === undefined) return []
  const search = new URLSearchParams({ tenant, idempotencyKey: event.eventId })
  const entity = event.orderId
    ? `/orders/${encodeURIComponent(String(event.orderId))}`
    : event.userId && `/users/${encodeURIComponent(String(event.userId))}`
  return [
    `${admin}/search?${search}`,
    ...(entity ? [`${admin}${entity}?${new URLSearchParams({ tenant })}`] : []),
  ]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text.slice(0, 1000)
  }
}
