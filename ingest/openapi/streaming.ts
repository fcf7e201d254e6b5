/** Where a WebSocket begins. What is said on it is no HTTP: docs/producing.md has it. */
import { subprotocol } from '../websocket/credentials.ts'
import { headersNamed } from './headers.ts'
import { about, headersTooLarge, parametersNamed } from './operation.ts'
import { refusalResponses } from './refusals.ts'

export const getStream = {
  ...about('getStream', 'Events', 'Open a stream of events, as a WebSocket'),
  description:
    'Frames are `{"seq":1,"event":{…}}`, with `idempotency_key` and `ordering_key` where the event has them beside it, or arrays of such objects. ' +
    'Each event has its verdict, by its `seq`, as an event of a batch has. ' +
    `A browser, which cannot set headers, offers the subprotocols \`${subprotocol}\` and \`pulse.key.<API key, percent-encoded>\`.`,
  parameters: parametersNamed('Traceparent'),
  responses: {
    101: {
      description: 'The stream is open, and its first message tells the credit.',
      headers: headersNamed({ 'X-Request-Id': 'RequestId' }),
    },
    ...refusalResponses(['UNAUTHORIZED', 'UPGRADE_REQUIRED', 'UNAVAILABLE']),
    431: headersTooLarge,
  },
}
