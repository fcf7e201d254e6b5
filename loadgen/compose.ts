/** Writes the request of some events, as a mode has it: their bodies, and the head that their tenant and flaws ask for. */
import { type EventsOf, hashOfBody, keyOf, makeEventText } from './events.ts'
import type { Request } from './http/connections.ts'
import { headOf, makeRequestWriter, type Target } from './http/request.ts'
import { kindOf } from './kinds.ts'
import type { Mode } from './modes/mode.ts'
import type { Parcel, Sending } from './packing.ts'

type Config = {
  readonly mode: Mode
  readonly target: Target
  /** API keys by the tenants' positions. */
  readonly apiKeys: readonly string[]
  readonly of: EventsOf
}

/** The request's bytes are good until the next one is composed. Sets the hash of each event's body. */
export function makeCompose({ mode, target, apiKeys, of }: Config): (parcel: Parcel) => Request {
  const writer = makeRequestWriter()
  const text = makeEventText(of)
  const { contentType } = mode
  const heads = apiKeys.map((apiKey) => headOf(target, { apiKey, contentType }))

  const headFor = (event: Sending | undefined): string => {
    if (event === undefined) throw new RangeError('a request has at least one event')
    const { tenant, kind, number } = event
    const flaw = kindOf(kind).request
    const head = flaw === undefined ? heads[tenant] : flawedHead(tenant, flaw)
    const hasKey = mode.keyIn === 'header' && flaw !== 'no-key'
    return hasKey ? `${head}Idempotency-Key: ${keyOf(of.run, number)}\r\n` : `${head}`
  }

  const flawedHead = (tenant: number, flaw: string): string =>
    headOf(target, {
      apiKey: `${flaw === 'unknown-api-key' ? 'not-' : ''}${apiKeys[tenant]}`,
      contentType: flaw === 'wrong-media-type' ? 'text/plain' : contentType,
    })

  return ({ events }) => {
    writer.begin()
    writer.body(mode.before)
    events.forEach((event, at) => {
      const body = text(event)
      event.bodyHash = hashOfBody(body)
      if (at > 0) writer.body(mode.between)
      writer.body(body)
    })
    writer.body(mode.after)
    return writer.end(headFor(events[0]))
  }
}
