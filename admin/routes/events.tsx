/**
 * `/events/{request_id}` and `/events?tenant=…&key=…`: what became of an event. Who asks with an API key is a producer: it
 * learns of its own tenant's requests only, and another's looks as if it had never been. Who asks without is the operator.
 */
import { type Context, Hono } from 'hono'
import { givenAtMs } from '../../contracts/request-id.ts'
import { type EventFound, EventPage } from '../../views/event-page.tsx'
import type { DeadLetter, Fate, Key, RequestKey } from '../../views/record-facts.ts'
import { fateAnswer } from '../answers.ts'
import { fateOf, isConflict } from '../fate.ts'
import { fateForProducer } from '../fate-for-producer.ts'
import type { FrameOf } from '../frame.ts'
import { type Answer, ask } from '../outage.ts'
import type { FindProducer, Producer } from '../producers.ts'
import { json, outage, page, problem, wantsJson } from '../represent.ts'
import { type Store, WHOLE } from '../store.ts'
import type { Lookup } from './lookup.ts'

type Deps = {
  readonly store: Pick<Store, 'requestKeys' | 'keyRecords'>
  readonly findProducer: FindProducer
  readonly frameOf: FrameOf
  readonly now: () => Date
}

type Found = {
  readonly key: RequestKey
  readonly fate: Fate
  readonly letters: readonly DeadLetter[]
}

/** So long an event may be under way. */
const UNDER_WAY_MS = 60_000

export function eventRoutes(deps: Deps, config: Lookup & { readonly keysDeadlineMs: number }) {
  const { store } = deps

  const fateOfKey = async (tenantId: string, key: string, mostBytes: number) =>
    fateOf(tenantId, key, await store.keyRecords(tenantId, key, mostBytes))

  const foundUnder = async (key: RequestKey, mostBytes: number): Promise<Found> => {
    const { tenantId, idempotencyKey, fingerprint } = key
    const records = await store.keyRecords(tenantId, idempotencyKey, mostBytes, fingerprint)
    return { key, fate: fateOf(tenantId, idempotencyKey, records), letters: records.deadLetters }
  }

  const ofRequest = (requestId: string, tenantId: string | undefined, mostBytes: number) =>
    config.askStore(async (): Promise<readonly Found[]> => {
      const keys = await store.requestKeys(requestId, tenantId)
      return await Promise.all(keys.map((key) => foundUnder(key, mostBytes)))
    })

  /** The tenant that a credential is of, or the answer to who has none that is known. */
  const tenantOf = async (c: Context, credential: Credential): Promise<string | Response> => {
    const { apiKey } = credential
    const producer: Answer<Producer> =
      apiKey === undefined
        ? { ok: true, value: { is: 'unknown' }, ms: 0 }
        : await ask('Kafka', config.keysDeadlineMs, () => deps.findProducer(apiKey))
    if (!producer.ok || producer.value.is === 'undecided')
      return outage(c, { kind: 'failed', why: 'Tenants and keys cannot be read now' })
    return producer.value.is === 'known'
      ? producer.value.tenantId
      : problem(c, 401, 'UNAUTHORIZED', 'Unknown or revoked API key')
  }

  const requestToProducer = async (c: Context, requestId: string, credential: Credential) => {
    const tenantId = await tenantOf(c, credential)
    if (typeof tenantId !== 'string') return tenantId
    const answer = await ofRequest(requestId, tenantId, 0)
    if (!answer.ok) return outage(c, answer.outage)
    const [found] = answer.value
    if (found !== undefined)
      return json(c, fateForProducer(requestId, found.key, found.fate, found.letters))
    const isYoung = deps.now().getTime() - (givenAtMs(requestId) ?? 0) < UNDER_WAY_MS
    if (isYoung) c.header('Retry-After', '1')
    return problem(c, 404, 'NOT_FOUND', isYoung ? UNDER_WAY : UNKNOWN)
  }

  const keyToProducer = async (c: Context, key: Key, credential: Credential) => {
    const tenantId = await tenantOf(c, credential)
    if (typeof tenantId !== 'string') return tenantId
    if (tenantId !== key.tenantId) return problem(c, 404, 'NOT_FOUND', UNKNOWN)
    const asked = { ...key, role: 'decided', fingerprint: null } as const
    const answer = await config.askStore(() => foundUnder(asked, 0))
    if (!answer.ok) return outage(c, answer.outage)
    const { fate, letters } = answer.value
    if (fate.ledger === null) return problem(c, 404, 'NOT_FOUND', UNKNOWN)
    const { requestId, fingerprint } = fate.ledger
    return json(c, fateForProducer(requestId, { ...asked, fingerprint }, fate, letters))
  }

  const toOperator = async (c: Context, requestId: string) => {
    const answer = await ofRequest(requestId, undefined, wantsJson(c) ? WHOLE : config.previewBytes)
    if (wantsJson(c)) {
      if (!answer.ok) return outage(c, answer.outage)
      const events = answer.value.map(({ key: { role, fingerprint }, fate }) => ({
        ...{ role, fingerprint },
        ...fateAnswer(fate),
      }))
      if (events.length === 0) return problem(c, 404, 'NOT_FOUND', UNKNOWN)
      return json(c, { requestId, events })
    }
    const status = answer.ok && answer.value.length === 0 ? 404 : 200
    return page(c, pageOf(c, foundIn(answer, requestId)), status)
  }

  const pageOf = (c: Context, found: EventFound) => (
    <EventPage found={found} curl={curlOf(c)} frame={deps.frameOf(c)} />
  )

  return new Hono()
    .get('/events', async (c) => {
      const { tenant = '', key = '' } = c.req.query()
      c.header('Vary', 'Accept, X-API-Key, Authorization')
      const credential = credentialIn(c)
      const wrong = wrongIn(tenant, key)
      if (wrong) {
        if (wantsJson(c) || credential) return problem(c, 400, 'INVALID_PARAMETER', wrong)
        return page(c, pageOf(c, { kind: 'invalid', message: wrong }), 400)
      }
      if (credential) return keyToProducer(c, { tenantId: tenant, idempotencyKey: key }, credential)
      const mostBytes = wantsJson(c) ? WHOLE : config.previewBytes
      const answer = await config.askStore(() => fateOfKey(tenant, key, mostBytes))
      if (wantsJson(c))
        return answer.ok ? json(c, fateAnswer(answer.value)) : outage(c, answer.outage)
      if (!answer.ok) return page(c, pageOf(c, { kind: 'unknown', outage: answer.outage }))
      return page(c, pageOf(c, { kind: 'fates', fates: [answer.value] }))
    })
    .get('/events/:requestId', async (c) => {
      const requestId = c.req.param('requestId')
      c.header('Vary', 'Accept, X-API-Key, Authorization')
      if (requestId.length > 255 || requestId.includes('\0'))
        return problem(c, 400, 'INVALID_PARAMETER', 'A request id has at most 255 characters')
      const credential = credentialIn(c)
      return credential ? requestToProducer(c, requestId, credential) : toOperator(c, requestId)
    })
}

const UNDER_WAY = 'Nothing is decided of this request yet: ask again'
const UNKNOWN = 'No event of this request is known'

function foundIn(
  answer: Awaited<ReturnType<typeof ask<readonly Found[]>>>,
  asked: string,
): EventFound {
  if (!answer.ok) return { kind: 'unknown', outage: answer.outage }
  const [first] = answer.value
  if (first === undefined) return { kind: 'nothing', asked }
  const fates = answer.value.map(({ fate }) => fate)
  const { role } = first.key
  return role === 'decided'
    ? { kind: 'fates', fates }
    : { kind: 'fates', fates, role: role === 'repeated' && isOfConflict(first) ? 'conflict' : role }
}

/** The event that came with the request is not the one that has the key. */
const isOfConflict = ({ key: { fingerprint }, letters }: Found): boolean =>
  letters.some((letter) => letter.fingerprint === fingerprint && isConflict(letter))

function wrongIn(tenant: string, key: string): string | undefined {
  if (tenant === '' || key === '') return 'tenant and key are required'
  if (tenant.length > 64 || key.length > 300 || `${tenant}${key}`.includes('\0'))
    return 'tenant must have at most 64 characters, key at most 300'
  return undefined
}

/** What a producer shows; undefined when it is no API key. */
type Credential = { readonly apiKey: string | undefined }

/** As ingest takes it: X-API-Key, else a bearer token. Who shows anything is a producer, whatever it is. */
function credentialIn(c: Context): Credential | undefined {
  const [header, authorization] = [c.req.header('x-api-key'), c.req.header('authorization')]
  if (header !== undefined) return { apiKey: header }
  if (authorization === undefined) return undefined
  return { apiKey: /^Bearer +(.*)$/i.exec(authorization)?.[1] }
}

/** A call that a shell takes as it is: single quotes end, are written, and begin again. */
const curlOf = (c: Context): string =>
  `curl -H 'Accept: application/json' '${c.req.url.replaceAll("'", "'\\''")}'`
