/** What became of an event that was sent, for people. Pure. */
import type { Sent } from './send.ts'

export function sentText({ event, accepted, status, answer, links }: Sent): string {
  const head = `${event.eventType} ${event.eventId}  ${verdict(accepted, status, answer)}`
  return [head, ...warnings(answer), ...links.map((link) => `  ${link}`)].join('\n')
}

function verdict(accepted: boolean, status: number, answer: unknown): string {
  if (typeof answer === 'string') return answer
  const { duplicate, request_id, error } = (answer ?? {}) as {
    duplicate?: boolean
    request_id?: string
    error?: { code?: string; message?: string }
  }
  if (!accepted) return `${status} ${error?.code ?? ''}: ${error?.message ?? ''}`
  return `${duplicate ? 'accepted before' : 'accepted'} as ${request_id}`
}

/** What validation will find, told at once. */
function warnings(answer: unknown): string[] {
  const { warnings = [] } = (answer ?? {}) as { warnings?: { message?: string }[] }
  return warnings.map(({ message }) => `  will be a dead letter: ${message}`)
}
