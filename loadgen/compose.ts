/** Writes the request of some events, as a mode has it: their bodies, and the head that their tenant and flaws ask for. */
import { type EventsOf, keyPrefix, makeEventMaker, numberDigits } from './events.ts'
import { hashOf } from './hash.ts'
import type { Request } from './http/connections.ts'
import { type Head, headOf, makeRequestWriter, type Target } from './http/request.ts'
import { type Kind, kindOf } from './kinds.ts'
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
  const maker = makeEventMaker(of)
  const heads = apiKeys.map((_, tenant) => makeHead(tenant, undefined))

  const write = (event: Sending, into: Buffer, at: number): number => {
    const end = maker.write(event, into, at)
    event.bodyHash = hashOf(into, at, end)
    return end
  }

  function makeHead(tenant: number, flaw: Kind['request']): Head {
    const apiKey = apiKeys[tenant] ?? ''
    const hasKey = mode.keyIn === 'header' && flaw !== 'no-key'
    return headOf(target, {
      apiKey: flaw === 'unknown-api-key' ? `not-${apiKey}` : apiKey,
      contentType: flaw === 'wrong-media-type' ? 'text/plain' : mode.contentType,
      key: hasKey ? { prefix: keyPrefix(of.run), digits: numberDigits } : undefined,
    })
  }

  return ({ events, tenant }) => {
    writer.begin()
    writer.text(mode.before)
    events.forEach((event, at) => {
      if (at > 0) writer.text(mode.between)
      writer.put(write, event, maker.mostBytes)
    })
    const [first, last] = [events[0], events.at(-1)]
    if (first === undefined || last === undefined)
      throw new RangeError('a request has at least one event')
    if (mode.place(kindOf(last.kind)) !== 'last') writer.text(mode.after)
    const flaw = kindOf(first.kind).request
    const head = flaw === undefined ? heads[tenant] : undefined
    return writer.end(head ?? makeHead(tenant, flaw), first.number)
  }
}
