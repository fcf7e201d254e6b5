/** The doors of gRPC: one event a call, many a call, and a stream of them. */

import type { Finding } from '../../../contracts/envelope.ts'
import { outcomes, type WireEvent, type WireVerdict } from '../../../contracts/events-service.ts'
import {
  type Ended,
  type GrpcClient,
  openGrpcClient,
  wireEvent,
} from '../../harness/grpc-client.ts'
import { type Door, type Told, tellAccepted, tellRefused } from './door.ts'

const openWith =
  (send: (client: GrpcClient, events: readonly WireEvent[]) => Promise<Told[]>): Door['open'] =>
  async ({ ingest }, apiKey) => {
    const client = openGrpcClient(ingest.grpc, { apiKey })
    return {
      send: (events) =>
        send(
          client,
          events.map(({ text }, seq) => wireEvent(text, { seq })),
        ),
      close: async () => client.close(),
    }
  }

export const calls: Door = {
  name: 'gRPC Publish',
  forms: ['event'],
  open: openWith((client, events) => Promise.all(events.map((event) => call(client, event)))),
}

export const callBatch: Door = {
  name: 'gRPC PublishBatch',
  forms: ['event'],
  open: openWith(async (client, events) => {
    const half = events.length >> 1
    const { verdicts } = await client.publishBatch(events.slice(0, half), events.slice(half))
    return verdicts.map(told)
  }),
}

export const callStream: Door = {
  name: 'gRPC PublishStream',
  forms: ['event'],
  open: openWith(async (client, events) => {
    const stream = client.publishStream()
    stream.send(...events)
    const verdicts = await stream.verdictsOf(...events.map(({ seq }) => Number(seq)))
    await stream.end()
    return verdicts.map(told)
  }),
}

async function call(client: GrpcClient, event: WireEvent): Promise<Told> {
  try {
    const { request_id, duplicate, warnings } = await client.publish(event)
    return tellAccepted({ request_id, duplicate, warnings: findingsOf(warnings) })
  } catch (ended) {
    const { reason = '', findings } = ended as Ended
    return tellRefused(reason, findingsOf(findings))
  }
}

const told = ({ outcome, request_id = '', duplicate = false, warnings, refusal }: WireVerdict) =>
  outcome === outcomes.accepted
    ? tellAccepted({ request_id, duplicate, warnings: findingsOf(warnings) })
    : tellRefused(refusal?.code ?? '', findingsOf(refusal?.findings))

const findingsOf = (findings: WireVerdict['warnings'] = []): readonly Finding[] =>
  findings as readonly Finding[]
