/**
 * What an event can be: good, or bad in one named way, each with the answer that it must get. Pure.
 * A kind's position is written into journals: add new ones at the end.
 */
import type { Finding } from '../contracts/envelope.ts'
import { type RejectionCode, rejections } from '../contracts/rejections.ts'

/** What an event is made of, in order. */
export type Members = {
  /** The members that name the event, each with a comma behind it; and those of them that are no key. */
  readonly identity: string
  readonly keyless: string
} & Readonly<
  // The JSON text of each.
  Record<
    'event_type' | 'schema_version' | 'occurred_at' | 'payload' | 'source' | 'revision',
    string
  >
>

export type Kind = {
  readonly name: string
  /** What is told of an accepted event as a warning, or the code of its refusal; undefined for a good event. */
  readonly flaw:
    | { readonly is: 'warned'; readonly code: Finding['code']; readonly path: string }
    | { readonly is: 'refused'; readonly code: RejectionCode }
    | undefined
  readonly body: (members: Members) => string
  /** What is wrong with the request around the body. */
  readonly request?: 'no-key' | 'wrong-media-type' | 'unknown-api-key'
}

const whole = (m: Members): string =>
  `{${m.identity}"event_type":${m.event_type},"schema_version":${m.schema_version},` +
  `"occurred_at":${m.occurred_at},"payload":${m.payload},"source":${m.source},"revision":${m.revision}}`

const withoutType = (m: Members): string =>
  `{${m.identity}"schema_version":${m.schema_version},"occurred_at":${m.occurred_at},` +
  `"payload":${m.payload},"source":${m.source},"revision":${m.revision}}`

const good: Kind = { name: 'good', flaw: undefined, body: whole }

export const kinds: readonly [Kind, ...Kind[]] = [
  good,
  {
    name: 'missing-field',
    flaw: { is: 'warned', code: 'FIELD_MISSING', path: '/event_type' },
    body: withoutType,
  },
  {
    name: 'wrong-type',
    flaw: { is: 'warned', code: 'FIELD_INVALID', path: '/schema_version' },
    body: (m) => whole({ ...m, schema_version: '"1"' }),
  },
  {
    name: 'no-such-date',
    flaw: { is: 'warned', code: 'FIELD_INVALID', path: '/occurred_at' },
    body: (m) => whole({ ...m, occurred_at: '"2026-02-30T10:00:00Z"' }),
  },
  {
    name: 'payload-array',
    flaw: { is: 'warned', code: 'FIELD_INVALID', path: '/payload' },
    body: (m) => whole({ ...m, payload: `[${m.payload}]` }),
  },
  {
    name: 'null-character',
    flaw: { is: 'warned', code: 'TEXT_UNSTORABLE', path: '/payload/text' },
    body: (m) => whole({ ...m, payload: '{"text":"a\\u0000b"}' }),
  },
  {
    name: 'not-json',
    flaw: { is: 'refused', code: 'INVALID_JSON' },
    body: (m) => whole(m).slice(0, -1),
  },
  { name: 'empty', flaw: { is: 'refused', code: 'INVALID_JSON' }, body: () => '' },
  {
    name: 'not-an-object',
    flaw: { is: 'refused', code: 'NOT_AN_OBJECT' },
    body: (m) => `[${whole(m)}]`,
  },
  {
    name: 'too-deep',
    flaw: { is: 'refused', code: 'TOO_DEEP' },
    body: (m) => whole({ ...m, payload: `{"deep":${'['.repeat(70)}${']'.repeat(70)}}` }),
  },
  {
    name: 'no-key',
    flaw: { is: 'refused', code: 'IDEMPOTENCY_KEY_REQUIRED' },
    body: (m) => whole({ ...m, identity: m.keyless }),
    request: 'no-key',
  },
  {
    name: 'wrong-media-type',
    flaw: { is: 'refused', code: 'UNSUPPORTED_MEDIA_TYPE' },
    body: whole,
    request: 'wrong-media-type',
  },
  {
    name: 'unknown-api-key',
    flaw: { is: 'refused', code: 'UNAUTHORIZED' },
    body: whole,
    request: 'unknown-api-key',
  },
]

export const kindOf = (position: number): Kind => kinds[position] ?? good

/** What such an event must be answered the first time, in the words of `wordsOf` in answers.ts. */
export function mustGet({ flaw }: Kind): string {
  if (flaw === undefined) return '202 new'
  if (flaw.is === 'warned') return `202 new, warned ${flaw.code} ${flaw.path}`
  return `${rejections[flaw.code].status} ${flaw.code}`
}
