/** The doors of HTTP: one event a request, many as an array, many as lines; and a CloudEvent in binary mode. */
import { memberBytes } from '../../../contracts/json-bytes.ts'
import type { Answer } from '../../harness/pulse.ts'
import {
  type Door,
  type Form,
  type OpenDoor,
  type Sent,
  tellAccepted,
  tellRefused,
} from './door.ts'

const openHttp =
  (send: (ask: Ask, events: readonly Sent[]) => ReturnType<OpenDoor['send']>): Door['open'] =>
  async ({ ingest }, apiKey) => ({
    send: (events) => send(asker(ingest.url, apiKey), events),
    close: async () => {},
  })

type Ask = (
  path: string,
  contentType: string,
  body: string,
  more?: Readonly<Record<string, string>>,
) => Promise<Answer>

const asker =
  (url: string, apiKey: string): Ask =>
  async (path, contentType, body, more = {}) => {
    const headers = { ...more, 'X-API-Key': apiKey, 'Content-Type': contentType }
    const answer = await fetch(url + path, { method: 'POST', headers, body })
    return { status: answer.status, headers: answer.headers, body: await answer.json() }
  }

const singleTypes: Readonly<Record<Form, string>> = {
  event: 'application/json',
  cloudevent: 'application/cloudevents+json',
}

export const single: Door = {
  name: 'POST /events',
  forms: ['event', 'cloudevent'],
  open: openHttp((ask, events) =>
    Promise.all(events.map(({ form, text }) => ask('/events', singleTypes[form], text).then(told))),
  ),
}

const batchTypes: Readonly<Record<Form, string>> = {
  event: 'application/json',
  cloudevent: 'application/cloudevents-batch+json',
}

export const batch: Door = {
  name: 'POST /events/batch as an array',
  forms: ['event', 'cloudevent'],
  open: openHttp(async (ask, events) => {
    const type = batchTypes[events[0]?.form ?? 'event']
    return toldEach(await ask('/events/batch', type, `[${events.map(textOf).join(',')}]`))
  }),
}

export const lines: Door = {
  name: 'POST /events/batch as lines',
  forms: ['event'],
  open: openHttp(async (ask, events) => {
    const body = events.map((event) => `${textOf(event)}\n`).join('')
    return toldEach(await ask('/events/batch', 'application/x-ndjson', body))
  }),
}

export const binary: Door = {
  name: 'POST /events in binary mode',
  forms: ['cloudevent'],
  open: openHttp((ask, events) =>
    Promise.all(
      events.map(({ text }) => {
        const { data: _, datacontenttype = 'application/json', ...attributes } = JSON.parse(text)
        const body = Buffer.from(memberBytes(Buffer.from(text), 'data') ?? []).toString()
        return ask('/events', datacontenttype, body, headersOf(attributes)).then(told)
      }),
    ),
  ),
}

/** Section 3.1.3.2 of the HTTP protocol binding. */
const headersOf = (attributes: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      `ce-${name}`,
      String(value).replace(/[^\x21-\x7e]|["%]/gu, encodeURIComponent),
    ]),
  )

const textOf = ({ text }: Sent): string => text

const told = ({ status, body }: Answer) =>
  status === 202 ? tellAccepted(body) : tellRefused(body.error.code, body.error.findings)

function toldEach({ status, body }: Answer) {
  if (status !== 200) throw new Error(`the batch was answered ${status}: ${JSON.stringify(body)}`)
  return (body.results as Answer['body'][]).map((result) =>
    result.status === 'accepted'
      ? tellAccepted(result)
      : tellRefused(result.error.code, result.error.findings),
  )
}
