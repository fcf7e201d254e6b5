/**
 * What a client offers in `Sec-WebSocket-Protocol`: `pulse.v1`, and, from a browser, which cannot set headers, its API key
 * as `pulse.key.<percent-encoded key>`. The key is never given back, and never read from the URL, which ends up in logs.
 */
export const subprotocol = 'pulse.v1'

const keyPrefix = 'pulse.key.'

export type Offered = {
  readonly speaksPulse: boolean
  /** '' when there is none. */
  readonly apiKey: string
}

export function offeredIn(header: string): Offered {
  const names = header.split(',').map((name) => name.trim())
  const key = names.find((name) => name.startsWith(keyPrefix))
  return {
    speaksPulse: names.includes(subprotocol),
    apiKey: key === undefined ? '' : decoded(key.slice(keyPrefix.length)),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
