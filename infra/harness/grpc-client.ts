/** A client of gRPC, for tests. The only user of its package in infra. */
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import {
  type EventsRequest,
  eventsService,
  type PublishBatchResponse,
  type PublishRequest,
  type PublishResponse,
  type PublishStreamResponse,
  type WireEvent,
  type WireFinding,
  type WireVerdict,
} from '../../contracts/events-service.ts'
import { codec } from '../../contracts/protos.ts'
import { fieldsOf } from './protobuf.ts'
import { until } from './until.ts'

/** How a call ended: its status by number, what is in its details, and its trailers. */
export type Ended = {
  readonly code: number
  readonly message: string
  /** Of google.rpc.ErrorInfo. */
  readonly reason: string | undefined
  /** Of google.rpc.BadRequest. */
  readonly findings: readonly WireFinding[]
  /** Seconds of google.rpc.RetryInfo. */
  readonly retryAfter: number | undefined
  readonly trailers: ReadonlyMap<string, string>
}

export type GrpcClient = ReturnType<typeof openGrpcClient>

export const wireEvent = (event: unknown, given: Partial<WireEvent> = {}): WireEvent => ({
  json: Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)),
  idempotency_key: '',
  ordering_key: '',
  seq: 0,
  ...given,
})

/** As tenant_a unless said otherwise. `ca` is the certificate to trust; without one there is no TLS. */
export function openGrpcClient(
  address: string,
  {
    apiKey = 'key_a',
    ca,
    headers = {},
  }: { apiKey?: string; ca?: Buffer; headers?: Record<string, string> } = {},
) {
  const channel = ca === undefined ? credentials.createInsecure() : credentials.createSsl(ca)
  const client = new Client(address, channel, { 'grpc.use_local_subchannel_pool': 1 })
  const metadata = new Metadata()
  if (apiKey !== '') metadata.set('x-api-key', apiKey)
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  const { publish, publishBatch, publishStream } = eventsService

  return {
    client,
    metadata,
    /** Resolves with the response; rejects with `Ended`. */
    publish: (event: WireEvent, options: { deadline?: number } = {}) =>
      new Promise<PublishResponse>((resolve, reject) => {
        client.makeUnaryRequest<PublishRequest, PublishResponse>(
          publish.path,
          publish.requestSerialize,
          publish.responseDeserialize,
          { event },
          metadata,
          options,
          (error, response) =>
            error ? reject(endedBy(error)) : resolve(response as PublishResponse),
        )
      }),
    /** Sends the message of a call and not its end; resolves when the server has ended it. */
    halfOfAPublish: (event: WireEvent) =>
      new Promise<Ended>((resolve) => {
        client
          .makeClientStreamRequest<PublishRequest, PublishResponse>(
            publish.path,
            publish.requestSerialize,
            publish.responseDeserialize,
            metadata,
            (error) => resolve(endedBy(error as ServiceError)),
          )
          .write({ event })
      }),
    /** Sends each list of events as a message. */
    publishBatch: (...messages: readonly (readonly WireEvent[])[]) =>
      new Promise<PublishBatchResponse>((resolve, reject) => {
        const call = client.makeClientStreamRequest<EventsRequest, PublishBatchResponse>(
          publishBatch.path,
          publishBatch.requestSerialize,
          publishBatch.responseDeserialize,
          metadata,
          (error, response) =>
            error ? reject(endedBy(error)) : resolve(response as PublishBatchResponse),
        )
        for (const events of messages) call.write({ events })
        call.end()
      }),
    publishStream: (options: { deadline?: number } = {}) =>
      streaming(
        client.makeBidiStreamRequest<EventsRequest, PublishStreamResponse>(
          publishStream.path,
          publishStream.requestSerialize,
          publishStream.responseDeserialize,
          metadata,
          options,
        ),
      ),
    /** The health of a service, by the numbers of grpc.health.v1: 1 serving, 2 not serving. */
    health: async (service = '') => {
      const [status] = fieldsOf(await ask('/grpc.health.v1.Health/Check', textField(1, service)))
      return Number(status?.value)
    },
    /** Names of the services that reflection tells. */
    services: async () => {
      const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'
      const fields = fieldsOf(await ask(path, textField(7, '*')))
      const list = fields.find(({ number }) => number === 6)?.value as Uint8Array
      return fieldsOf(list).map(({ value }) => {
        const [name] = fieldsOf(value as Uint8Array)
        return Buffer.from(name?.value as Uint8Array).toString()
      })
    },
    close: () => client.close(),
  }

  /** The first message that is answered to this one. */
  function ask(path: string, message: Buffer): Promise<Buffer> {
    const asIs = (bytes: Buffer) => bytes
    const call = client.makeBidiStreamRequest<Buffer, Buffer>(path, asIs, asIs)
    return new Promise((resolve, reject) => {
      call.on('data', resolve).on('error', reject)
      call.end(message)
    })
  }
}

/** A field of text, shorter than 128 bytes. */
const textField = (number: number, text: string): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, text.length]), Buffer.from(text)])

type BidiCall = ReturnType<
  typeof Client.prototype.makeBidiStreamRequest<EventsRequest, PublishStreamResponse>
>

function streaming(call: BidiCall) {
  const verdicts = new Map<number, WireVerdict>()
  call.on('data', (message: PublishStreamResponse) => {
    for (const verdict of message.verdicts) verdicts.set(Number(verdict.seq), verdict)
  })
  const ended = new Promise<Ended>((resolve) => {
    call.on('status', ({ code, details, metadata }) =>
      resolve(endedBy({ code, details, metadata } as ServiceError)),
    )
  })
  call.on('error', () => {})
  return {
    call,
    verdicts: verdicts as ReadonlyMap<number, WireVerdict>,
    ended,
    send: (...events: readonly WireEvent[]) => void call.write({ events }),
    async verdictsOf(...seqs: number[]): Promise<WireVerdict[]> {
      await until('all verdicts are there', () => seqs.every((seq) => verdicts.has(seq)))
      return seqs.map((seq) => verdicts.get(seq) as WireVerdict)
    },
    /** Has sent all it wanted. */
    end: () => {
      call.end()
      return ended
    },
    cancel: () => call.cancel(),
  }
}

function endedBy({ code, details, metadata }: ServiceError): Ended {
  const [encoded] = metadata?.get('grpc-status-details-bin') ?? []
  const found = encoded === undefined ? [] : status.decode(encoded as Buffer).details
  const detail = <T>(name: string): T | undefined => {
    const any = found.find(({ type_url }) => type_url.endsWith(`/google.rpc.${name}`))
    return any && codec<T>(`google.rpc.${name}`).decode(Buffer.from(any.value))
  }
  const violations = detail<BadRequest>('BadRequest')?.field_violations ?? []
  const delay = detail<{ retry_delay: { seconds: unknown } }>('RetryInfo')?.retry_delay.seconds
  return {
    code,
    message: details,
    reason: detail<{ reason: string }>('ErrorInfo')?.reason,
    findings: violations.map(({ field, description, reason }) => ({
      ...{ code: reason, path: field, message: description },
    })),
    retryAfter: delay === undefined ? undefined : Number(delay),
    trailers: new Map(Object.entries(metadata?.getMap() ?? {}).map(([k, v]) => [k, String(v)])),
  }
}

type BadRequest = {
  readonly field_violations: readonly { field: string; description: string; reason: string }[]
}
const status = codec<{ details: readonly { type_url: string; value: Uint8Array }[] }>(
  'google.rpc.Status',
)
