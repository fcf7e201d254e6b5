/**
 * A door is a way into Pulse as a client has it. The table in events.ts goes through every one of them, and each must
 * say the same: a new door is one entry in doors.ts.
 */
import type { Finding } from '../../../contracts/envelope.ts'

/** What an event's text is: an event in JSON (an envelope, or a flat one), or a CloudEvent in its JSON format. */
export type Form = 'event' | 'cloudevent'

export type Sent = {
  readonly form: Form
  /** Carries its own key. Of one line, and its brackets are even: it can stand among others. */
  readonly text: string
}

export type Door = {
  readonly name: string
  readonly forms: readonly Form[]
  /** A client with an API key, at the addresses of a running Pulse. */
  open(at: Addresses, apiKey: string): Promise<OpenDoor>
}

/** Each process with the base URL that it serves, and `host:port` of gRPC. */
export type Addresses = { readonly ingest: { readonly url: string; readonly grpc: string } }

export type OpenDoor = {
  /** Sends events of one form, together where the door can; resolves with what was said of each, in their order. */
  send(events: readonly Sent[]): Promise<Told[]>
  close(): Promise<void>
}

export type Told = {
  /**
   * `accepted`, `duplicate` or the code of the refusal; then code and path of each warning or finding:
   * `accepted FIELD_MISSING /event_type`.
   */
  readonly words: string
  /** Of an accepted event. */
  readonly requestId: string | undefined
}

export const tellAccepted = (said: {
  readonly duplicate: boolean
  readonly request_id: string
  readonly warnings?: readonly Finding[]
}): Told => ({
  words: inWords(said.duplicate ? 'duplicate' : 'accepted', said.warnings),
  requestId: said.request_id,
})

export const tellRefused = (code: string, findings?: readonly Finding[]): Told => ({
  words: inWords(code, findings),
  requestId: undefined,
})

const inWords = (first: string, findings: readonly Finding[] = []): string =>
  [first, ...findings.map(({ code, path }) => `${code} ${path}`)].join(' ')
