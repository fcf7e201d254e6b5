/**
 * The gRPC door: @grpc/grpc-js and what stands beside it. Authenticates a call before anything of it is read, hands it to
 * its method, ends it with the method's answer, and decides nothing else. Health is what /ready says; reflection tells the
 * service. Deadlines and cancellation end a call at once; what is at the admission then goes its way unheard.
 * Bounded by connections, by calls of each, by messages of `mostMessageBytes`, and by the budget, which counts a message from
 * when its call would read it. What @grpc/grpc-js has read ahead no budget counts: of each call one frame of HTTP/2 (16 KiB)
 * and what is in it unpacked, which is a message or two, or more where a client packs them well.
 */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import {
  eventsService,
  type PublishBatchResponse,
  type PublishRequest,
  type PublishResponse,
  type PublishStreamResponse,
} from '../../contracts/events-service.ts'
import { fileDescriptors } from '../../contracts/protos.ts'
import type { Budget } from '../budget.ts'
import type { RequestDeps } from '../exchange.ts'
import type { Tenants } from '../tenants.ts'
import { farewellMs } from '../timing.ts'
import { makeArrivals } from './arrivals.ts'
import type { Call, CallContext, DuplexCall, ReadableCall, UnaryCall } from './call.ts'
import { tellHealth } from './health.ts'
import { OpenCalls } from './open-calls.ts'
import { grpc, healthCheck, reflection, type ServerCredentials } from './packages.ts'
import { type Received, received } from './received.ts'
import type { Answer, EndCall } from './result.ts'
import { type Callback, type Duplex, runCall, runStream } from './run-call.ts'

type BatchCall = ReadableCall<Received>
type Ungated<C> = Omit<C, 'gate'> & Call

export type Methods = {
  readonly publish: (
    call: UnaryCall<PublishRequest>,
    context: CallContext,
    answer: Answer<PublishResponse>,
  ) => void
  readonly publishBatch: (
    call: BatchCall,
    context: CallContext,
    answer: Answer<PublishBatchResponse>,
  ) => void
  readonly publishStream: (
    call: DuplexCall<Received, PublishStreamResponse>,
    context: CallContext,
    end: EndCall,
  ) => void
}

type Deps = RequestDeps & {
  readonly tenants: Tenants
  readonly budget: Budget
  readonly isReady: () => Promise<boolean>
  readonly drainStreams: () => Promise<void>
}

export type GrpcServer = {
  /** Serves a connection that somebody has accepted. */
  serve(connection: Socket): void
  /**
   * Takes nothing new. Resolves when every call under way has its answer and the streams have ended, or after `mostMs`,
   * when the rest is cut off.
   */
  drain(mostMs: number): Promise<void>
}

/** PEM; undefined speaks plain text. */
export type Tls = { readonly cert: Buffer; readonly key: Buffer } | undefined

/** More than the largest event that can be configured. */
export const mostMessageBytes = 1_048_576
/** Descriptors are bounded, and a connection holds some ten kilobytes. */
const mostConnections = 5_000
const mostCallsOfConnection = 100
/** A connection on which no call has been for so long is closed; its client opens another when it needs it. */
const idleConnectionMs = 300_000
/** A client that does not answer a ping is gone. */
const pingEveryMs = 60_000

export function openGrpc(methods: Methods, deps: Deps, tls: Tls): GrpcServer {
  const calls = new OpenCalls(deps)
  const { publish, publishBatch, publishStream } = eventsService
  const { interceptor, gated } = makeArrivals(deps, calls)
  const server = new grpc.Server({
    'grpc.max_receive_message_length': mostMessageBytes,
    'grpc.max_concurrent_streams': mostCallsOfConnection,
    'grpc.keepalive_time_ms': pingEveryMs,
    'grpc.max_connection_idle_ms': idleConnectionMs,
    'grpc.enable_channelz': 0,
    interceptors: [interceptor],
  })
  const service = {
    ...eventsService,
    publish: { ...publish, requestDeserialize: received.ofOne },
    publishBatch: { ...publishBatch, requestDeserialize: received.inBatch },
    publishStream: { ...publishStream, requestDeserialize: received.inStream },
  }
  server.addService(service, {
    publish: (call: UnaryCall<PublishRequest>, callback: Callback<PublishResponse>) =>
      runCall(calls.begin(publish.path, call, true), call, callback, methods.publish),
    publishBatch: (call: Ungated<BatchCall>, callback: Callback<PublishBatchResponse>) =>
      runCall(
        calls.begin(publishBatch.path, call, false),
        gated(call),
        callback,
        methods.publishBatch,
      ),
    publishStream: (call: Ungated<Duplex>) =>
      runStream(calls.begin(publishStream.path, call, false), gated(call), methods.publishStream),
  })
  new reflection.ReflectionService(described()).addToServer(server)

  const injector = server.createConnectionInjector(credentialsOf(tls))
  const stopTelling = tellHealth(server, deps.isReady)
  const connections = new Set<Socket>()
  return {
    serve(connection) {
      if (connections.size >= mostConnections) {
        connection.destroy()
        return
      }
      connections.add(connection)
      connection.once('close', () => connections.delete(connection))
      injector.injectConnection(connection)
    },
    async drain(mostMs) {
      stopTelling()
      injector.drain(mostMs)
      await Promise.race([Promise.all([calls.ended(), deps.drainStreams()]), pause(mostMs)])
      if (connections.size > 0) await pause(farewellMs)
      server.forceShutdown()
    },
  }
}

type Described = ConstructorParameters<typeof reflection.ReflectionService>[0]

/** As much of a definition as reflection reads. */
const described = (): Described => {
  const fileDescriptorProtos = fileDescriptors([readFileSync(healthCheck.protoPath, 'utf8')])
  return { all: { fileDescriptorProtos } } as unknown as Described
}

const credentialsOf = (tls: Tls): ServerCredentials =>
  tls === undefined
    ? grpc.ServerCredentials.createInsecure()
    : grpc.ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }])
