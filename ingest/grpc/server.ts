/**
 * The gRPC door: @grpc/grpc-js and what stands beside it. Authenticates a call before anything of it is read, hands it to
 * its method, ends it with the method's answer, and decides nothing else. Health is what /ready says; reflection tells the
 * service. Deadlines and cancellation end a call at once; what is at the admission then goes its way unheard.
 * Bounded by connections, by calls of each, by messages of `mostMessageBytes`, and by the budget, which counts a message from
 * when its call would read it. What @grpc/grpc-js has read ahead no budget counts: of each call one frame of HTTP/2 (16 KiB)
 * and what is in it unpacked, which is a message or two, or more where a client packs them well.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type * as Grpc from '@grpc/grpc-js'
import type * as Reflection from '@grpc/reflection'
import type * as HealthCheck from 'grpc-health-check'
import {
  eventsService,
  type PublishBatchResponse,
  type PublishRequest,
  type PublishResponse,
  type PublishStreamResponse,
  serviceName,
} from '../../contracts/events-service.ts'
import { fileDescriptors } from '../../contracts/protos.ts'
import { type Budget, Held, partOf, type Room } from '../budget.ts'
import { type Quota, quotaHeaders } from '../quota.ts'
import type { Refusal } from '../refusal.ts'
import type { Tenants } from '../tenants.ts'
import { farewellMs } from '../timing.ts'
import { overloaded, strangers } from '../verdict.ts'
import {
  type Call,
  type CallContext,
  type CallMetadata,
  callerOf,
  type DuplexCall,
  type ReadableCall,
  type UnaryCall,
} from './call.ts'
import { Gate } from './gate.ts'
import { type CallsDeps, type CallUnderWay, OpenCalls } from './open-calls.ts'
import { type Received, received } from './received.ts'
import { type Answer, type EndCall, isRefusal, noRoom } from './result.ts'
import { statusOf } from './status.ts'

// CommonJS that finds files of its own beside it: it cannot be bundled.
const require = createRequire(import.meta.url)
const { Metadata, Server, ServerCredentials, ServerInterceptingCall, status } =
  require('@grpc/grpc-js') as typeof Grpc
const { ReflectionService } = require('@grpc/reflection') as typeof Reflection
const { HealthImplementation, protoPath } = require('grpc-health-check') as typeof HealthCheck

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

type Deps = CallsDeps & {
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
/** A unary call that has not come whole by then is ended. */
const messageWithinMs = 10_000
/** The part of the budget that messages may take which wait at gates: a tenant beyond its quota has many of them. */
const waitingPart = 0.5
const healthEveryMs = 2_000

export function openGrpc(methods: Methods, deps: Deps, tls: Tls): GrpcServer {
  const calls = new OpenCalls(deps)
  const { publish, publishBatch, publishStream } = eventsService
  const gates = new WeakMap<CallMetadata, Gate>()
  const waitingRoom = partOf(deps.budget, waitingPart * deps.budget.mostBytes)
  const gated = <C extends Call>(call: C) =>
    Object.assign(call, { gate: gates.get(call.metadata) ?? new Gate(new Held(waitingRoom)) })
  const server = new Server({
    'grpc.max_receive_message_length': mostMessageBytes,
    'grpc.max_concurrent_streams': mostCallsOfConnection,
    'grpc.keepalive_time_ms': pingEveryMs,
    'grpc.max_connection_idle_ms': idleConnectionMs,
    'grpc.enable_channelz': 0,
    interceptors: [authenticating(deps, calls, { gates, waitingRoom })],
  })
  const service = {
    ...eventsService,
    publish: { ...publish, requestDeserialize: received.ofOne },
    publishBatch: { ...publishBatch, requestDeserialize: received.inBatch },
    publishStream: { ...publishStream, requestDeserialize: received.inStream },
  }
  server.addService(service, {
    publish: (call: UnaryCall<PublishRequest>, callback: Callback<PublishResponse>) =>
      run(calls.begin(publish.path, call, true), call, callback, methods.publish),
    publishBatch: (call: Ungated<BatchCall>, callback: Callback<PublishBatchResponse>) =>
      run(
        calls.begin(publishBatch.path, call, false),
        gated(call) as BatchCall,
        callback,
        methods.publishBatch,
      ),
    publishStream: (call: Ungated<Duplex>) =>
      stream(
        calls.begin(publishStream.path, call, false),
        gated(call) as Duplex,
        methods.publishStream,
      ),
  })
  const health = new HealthImplementation(healthOf(false))
  health.addToServer(server)
  new ReflectionService(described()).addToServer(server)

  const injector = server.createConnectionInjector(credentialsOf(tls))
  const stopTelling = tellHealth(health, deps.isReady)
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

type Described = ConstructorParameters<typeof ReflectionService>[0]

/** As much of a definition as reflection reads. */
const described = (): Described => {
  const fileDescriptorProtos = fileDescriptors([readFileSync(protoPath, 'utf8')])
  return { all: { fileDescriptorProtos } } as unknown as Described
}

const credentialsOf = (tls: Tls): Grpc.ServerCredentials =>
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }])

/**
 * A stranger's call is ended before its message is read, and a unary one does not wait for its client for ever; its message
 * counts in the budget until it has ended. Messages of the others pass by a gate, which their methods find by the call's
 * metadata.
 */
const authenticating =
  (
    { tenants, budget, metrics }: Deps,
    calls: OpenCalls,
    { gates, waitingRoom }: { gates: WeakMap<CallMetadata, Gate>; waitingRoom: Room },
  ): Grpc.ServerInterceptor =>
  ({ path, requestStream }, call) => {
    if (!path.startsWith(`/${serviceName}/`)) return new ServerInterceptingCall(call)
    const held = new Held(requestStream ? waitingRoom : budget)
    const gate = new Gate(held)
    let isCounted = false
    const refuse = (refusal: Refusal) => {
      isCounted = true
      call.sendStatus(refusedStatus(refusal, calls.refused(path, refusal)))
    }
    let isThere = false
    let tenantId = ''
    let timer: NodeJS.Timeout | undefined
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, goOn) {
            const tenant = tenants.byKey(callerOf(metadata).apiKey)
            if (typeof tenant === 'string') {
              refuse(strangers[tenant])
              return
            }
            tenantId = tenant.id
            if (requestStream) {
              isCounted = true
              gates.set(metadata, gate)
            } else
              timer = setTimeout(
                () => call.sendStatus({ code: status.DEADLINE_EXCEEDED, details: notWhole }),
                messageWithinMs,
              )
            goOn(metadata)
          },
          onReceiveMessage(message: { readonly bytes: number }, goOn) {
            isThere = true
            if (requestStream) gate.pass(message.bytes, () => goOn(message))
            else if (held.take(message.bytes)) goOn(message)
            else {
              metrics.judged(tenantId, overloaded)
              refuse(noRoom)
            }
          },
          onReceiveHalfClose(goOn) {
            clearTimeout(timer)
            isCounted ||= isThere
            goOn()
          },
          // Also of a call that has ended well.
          onCancel() {
            clearTimeout(timer)
            held.giveAll()
            if (!isCounted) calls.unheard(path)
          },
        }),
    })
  }

const notWhole = 'The call did not come whole'

type BatchCall = ReadableCall<Received>
type Ungated<C> = Omit<C, 'gate'> & Call

type Callback<Response> = (
  error: object | null,
  response?: Response | null,
  trailers?: Grpc.Metadata,
) => void

/** A call that has one answer. */
function run<C extends Call, Response extends object>(
  underWay: CallUnderWay,
  call: C,
  callback: Callback<Response>,
  method: (call: C, context: CallContext, answer: Answer<Response>) => void,
): void {
  const answer: Answer<Response> = (result, quota) => {
    if (isRefusal(result)) {
      underWay.end(result)
      callback(refusedStatus(result, underWay.context.requestId, quota))
    } else {
      underWay.end(undefined)
      callback(null, result, trailersOf(underWay.context.requestId, quota))
    }
  }
  guarded(underWay, answer, () => method(call, underWay.context, answer))
}

type Duplex = DuplexCall<Received, PublishStreamResponse> & {
  sendMetadata(metadata: Grpc.Metadata): void
  end(): unknown
  emit(event: 'error', status: object): unknown
}

function stream(underWay: CallUnderWay, call: Duplex, method: Methods['publishStream']): void {
  const { requestId } = underWay.context
  const end: EndCall = (refusal) => {
    underWay.end(refusal)
    if (refusal === undefined) call.end()
    else call.emit('error', refusedStatus(refusal, requestId))
  }
  call.sendMetadata(trailersOf(requestId))
  guarded(underWay, end, () => method(call, underWay.context, end))
}

function guarded(
  underWay: CallUnderWay,
  refuse: (refusal: Refusal) => void,
  method: () => void,
): void {
  try {
    method()
  } catch (err) {
    underWay.failed(err)
    refuse({ code: 'UNAVAILABLE', retryAfterSeconds: 1 })
  }
}

function refusedStatus(refusal: Refusal, requestId: string, quota?: Quota) {
  const { code, message, details } = statusOf(refusal)
  const metadata = trailersOf(requestId, quota, refusal.retryAfterSeconds)
  metadata.set('grpc-status-details-bin', details)
  return { code, details: message, metadata }
}

/** What HTTP has in headers. */
function trailersOf(requestId: string, quota?: Quota, retryAfterSeconds?: number): Grpc.Metadata {
  const metadata = new Metadata()
  metadata.set('x-request-id', requestId)
  if (quota !== undefined)
    for (const [name, value] of quotaHeaders(quota, retryAfterSeconds)) metadata.set(name, value)
  return metadata
}

const healthOf = (isReady: boolean) => {
  const serving = isReady ? 'SERVING' : 'NOT_SERVING'
  return { '': serving, [serviceName]: serving } as const
}

/** Measures it again and again, until what is returned is called: then it is not serving. */
function tellHealth(
  health: HealthCheck.HealthImplementation,
  isReady: () => Promise<boolean>,
): () => void {
  let stopped = false
  const tell = (ready: boolean) => {
    for (const [name, serving] of Object.entries(healthOf(ready))) health.setStatus(name, serving)
  }
  const measure = async () => {
    const ready = await isReady()
    if (!stopped) tell(ready)
  }
  void measure()
  const timer = setInterval(measure, healthEveryMs)
  return () => {
    stopped = true
    clearInterval(timer)
    tell(false)
  }
}
