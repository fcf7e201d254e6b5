/**
 * What comes of a call before its method has it. A stranger's call is ended before its message is read, and a unary one
 * does not wait for its client for ever; its message counts in the budget until it has ended. Messages of the others pass
 * by a gate, which their methods find at the call.
 */
import { serviceName } from '../../contracts/events-service.ts'
import { type Budget, Held, partOf } from '../budget.ts'
import type { IngestMetrics } from '../metrics.ts'
import type { Refusal } from '../refusal.ts'
import type { Tenants } from '../tenants.ts'
import { overloaded, strangers } from '../verdict.ts'
import { type Call, type CallMetadata, callerOf } from './call.ts'
import { Gate } from './gate.ts'
import type { OpenCalls } from './open-calls.ts'
import { grpc, type ServerInterceptor } from './packages.ts'
import { refusedStatus } from './trailers.ts'

type Deps = {
  readonly tenants: Tenants
  readonly budget: Budget
  readonly metrics: IngestMetrics
}

export type Arrivals = {
  readonly interceptor: ServerInterceptor
  /** The call with its gate. */
  gated<C extends Call>(call: C): C & { readonly gate: Gate }
}

/** A unary call that has not come whole by then is ended. */
const messageWithinMs = 10_000
/** The part of the budget that messages may take which wait at gates: a tenant beyond its quota has many of them. */
const waitingPart = 0.5

export function makeArrivals({ tenants, budget, metrics }: Deps, calls: OpenCalls): Arrivals {
  const gates = new WeakMap<CallMetadata, Gate>()
  const waitingRoom = partOf(budget, waitingPart * budget.mostBytes)
  const interceptor: ServerInterceptor = ({ path, requestStream }, call) => {
    if (!path.startsWith(`/${serviceName}/`)) return new grpc.ServerInterceptingCall(call)
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
    return new grpc.ServerInterceptingCall(call, {
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
                () => call.sendStatus({ code: grpc.status.DEADLINE_EXCEEDED, details: notWhole }),
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
              refuse(overloaded)
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
  return {
    interceptor,
    gated: (call) =>
      Object.assign(call, { gate: gates.get(call.metadata) ?? new Gate(new Held(waitingRoom)) }),
  }
}

const notWhole = 'The call did not come whole'
