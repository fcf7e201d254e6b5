/** The door of WebSocket: one frame of events. */
import { openStreamClient, type Result } from '../../harness/stream-client.ts'
import { type Door, type Told, tellAccepted, tellRefused } from './door.ts'

export const stream: Door = {
  name: 'WebSocket /stream',
  forms: ['event'],
  async open({ ingest }, apiKey) {
    const client = await openStreamClient(ingest.url, { apiKey })
    let seq = 0
    return {
      async send(events) {
        const numbered = events.map(({ text }) => [++seq, text] as const)
        const frame = numbered.map(([seq, text]) => `{"seq":${seq},"event":${text}}`).join(',')
        client.send(`[${frame}]`, events.length)
        return (await client.resultsOf(...numbered.map(([seq]) => seq))).map(told)
      },
      close: async () => void (await client.close()),
    }
  },
}

const told = (result: Result): Told =>
  result.status === 'accepted'
    ? tellAccepted(result)
    : tellRefused(result.error.code, result.error.findings)
