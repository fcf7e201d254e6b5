/**
 * What a team would write instead: Fastify with its own schema validation, kafkajs, ioredis, and Pulse's guarantees: one
 * producer of a key at a time, acks=all from an idempotent producer, 202 after the ack, a limit a tenant and minute, the
 * producer's own bytes in the record. Each library as its manual says for speed. Run by Node.
 *
 *   node main.js '{"port":PORT,"kafka":"HOST:PORT","redis":"URL","topic":"TOPIC","gathered":false}'
 */
import { createHash, randomUUID } from 'node:crypto'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { recordKey, recordValue } from '../../../../contracts/record.ts'
import { headers as recordHeaders } from '../../../../contracts/topics.ts'
import { type Claim, openClaims } from './claims.ts'
import { openProducer } from './producer.ts'
import { acceptedSchema, type EventBody, eventSchema, headersSchema } from './schemas.ts'

type Options = {
  readonly port: number
  readonly kafka: string
  readonly redis: string
  readonly topic: string
  /** Whether events are gathered while others are on their way; else each is a request to Kafka of its own. */
  readonly gathered: boolean
}

const options = JSON.parse(process.argv[2] ?? '') as Options
const claims = openClaims(options.redis)
const producer = await openProducer(options.kafka, options.topic, options.gathered)
await claims.ready
/** Events a minute; undefined is unlimited. */
const tenants = new Map([[hashOf('key_load'), { id: 'tenant_load', limit: undefined }]])
const mostInFlight = 10_000
let inFlight = 0

const app = Fastify({ logger: false, bodyLimit: 262_144 })

/** Parsed for the schema, and kept as it came for the record. */
const bodies = new WeakMap<FastifyRequest, Buffer>()
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
  try {
    bodies.set(request, body as Buffer)
    done(null, JSON.parse(body.toString()))
  } catch {
    done(Object.assign(new Error('The body is not JSON'), { statusCode: 400 }))
  }
})

app.get('/', async () => ({ status: 'ok' }))
app.post<{ Body: EventBody }>(
  '/events',
  { schema: { headers: headersSchema, body: eventSchema, response: { 202: acceptedSchema } } },
  postEvent,
)
await app.listen({ host: '127.0.0.1', port: options.port })

async function postEvent(request: FastifyRequest, reply: FastifyReply) {
  const tenant = tenants.get(hashOf(String(request.headers['x-api-key'] ?? '')))
  if (!tenant) return refuse(reply, 401, 'UNAUTHORIZED')
  const event = bodies.get(request) as Buffer
  const requestId = `req_${randomUUID()}`
  const idempotencyKey = request.headers['idempotency-key'] as string
  const fingerprint = hashOf(event).slice(0, 32)
  const claim: Claim = { tenantId: tenant.id, idempotencyKey, requestId, fingerprint }
  const taken = await claims.take(claim, tenant.limit)
  switch (taken.kind) {
    case 'limited':
      return refuse(reply, 429, 'RATE_LIMITED')
    case 'done':
      return reply.code(202).send(accepted(taken.requestId, true))
    case 'reused':
      return refuse(reply, 422, 'IDEMPOTENCY_KEY_REUSED')
    case 'pending':
      return refuse(reply, 409, 'IN_FLIGHT')
  }
  if (inFlight >= mostInFlight) {
    claims.release(claim)
    return refuse(reply, 503, 'OVERLOADED')
  }
  inFlight++
  try {
    const receivedAt = new Date().toISOString()
    await producer.send({
      key: recordKey(tenant.id, idempotencyKey),
      value: recordValue({ tenantId: tenant.id, receivedAt, requestId, idempotencyKey }, event),
      headers: { [recordHeaders.fingerprint]: fingerprint },
    })
  } catch {
    // It may be in Kafka all the same: the claim stays until its lease ends.
    return refuse(reply, 503, 'UNCONFIRMED')
  } finally {
    inFlight--
  }
  claims.confirm(claim)
  return reply.code(202).send(accepted(requestId, false))
}

function hashOf(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex')
}

const accepted = (requestId: string, duplicate: boolean) => ({
  status: 'accepted',
  request_id: requestId,
  duplicate,
})

const refuse = (reply: FastifyReply, status: number, code: string) =>
  reply.code(status).send({ error: { code, message: code } })
