/**
 * What an event can be: good, or bad in one named way, each with the answer that it must get. Pure.
 * A kind's position is written into journals: add new ones at the end.
 */
import type { Finding } from '../contracts/envelope.ts'
import { type RejectionCode, rejections } from '../contracts/rejections.ts'
import type { KeyIn } from './events.ts'

export type Kind = {
  readonly name: string
  /**
   * What is told of an accepted event as a warning, or the code of its refusal; undefined for a good event. The path is
   * that of an envelope.
   */
  readonly flaw:
    | { readonly is: 'warned'; readonly code: Finding['code']; readonly path: string }
    | { readonly is: 'refused'; readonly code: RejectionCode }
    | undefined
  /** Makes the body of such an event from that of a good one, in any form; undefined when it is a good one's. */
  readonly edit: ((good: string, keyIn: KeyIn) => string) | undefined
  /** What is wrong with the request around the body. */
  readonly request?: 'no-key' | 'wrong-media-type' | 'unknown-api-key'
}

const withPayload = (good: string, payload: (its: string) => string): string =>
  good.replace(/(?<="(?:payload|data)":).*(?=,"(?:source|cloudevent)":)/, payload)

/** Neither of the members that can be the key. */
const withoutKey = (good: string): string =>
  good.replace(/"(?:event_)?id":"[^"]*",/, '').replace(/,"idempotency_key":"[^"]*"/, '')

const good: Kind = { name: 'good', flaw: undefined, edit: undefined }

export const kinds: readonly [Kind, ...Kind[]] = [
  good,
  {
    name: 'missing-field',
    flaw: { is: 'warned', code: 'FIELD_MISSING', path: '/event_type' },
    edit: (text) => text.replace(/"(?:event_)?type":"[^"]*",/, ''),
  },
  {
    name: 'wrong-type',
    flaw: { is: 'warned', code: 'FIELD_INVALID', path: '/schema_version' },
    edit: (text) => text.replace('"schema_version":1', '"schema_version":"1"'),
  },
  {
    name: 'no-such-date',
    flaw: { is: 'warned', code: 'FIELD_INVALID', path: '/occurred_at' },
    edit: (text) => text.replace(/(?<="(?:occurred_at|time)":")[^"]*/, '2026-02-30T10:00:00Z'),
  },
  {
    name: 'payload-array',
    flaw: { is: 'warned', code: 'FIELD_INVALID', path: '/payload' },
    edit: (text) => withPayload(text, (payload) => `[${payload}]`),
  },
  {
    name: 'null-character',
    flaw: { is: 'warned', code: 'TEXT_UNSTORABLE', path: '/payload/text' },
    edit: (text) => withPayload(text, () => '{"text":"a\\u0000b"}'),
  },
  {
    name: 'not-json',
    flaw: { is: 'refused', code: 'INVALID_JSON' },
    edit: (text) => text.slice(0, -1),
  },
  { name: 'empty', flaw: { is: 'refused', code: 'INVALID_JSON' }, edit: () => '' },
  {
    name: 'not-an-object',
    flaw: { is: 'refused', code: 'NOT_AN_OBJECT' },
    edit: (text) => `[${text}]`,
  },
  {
    name: 'too-deep',
    flaw: { is: 'refused', code: 'TOO_DEEP' },
    edit: (text) => withPayload(text, () => `{"deep":${'['.repeat(70)}${']'.repeat(70)}}`),
  },
  {
    name: 'no-key',
    flaw: { is: 'refused', code: 'IDEMPOTENCY_KEY_REQUIRED' },
    edit: (text, keyIn) => (keyIn === 'event' ? withoutKey(text) : text),
    request: 'no-key',
  },
  {
    name: 'wrong-media-type',
    flaw: { is: 'refused', code: 'UNSUPPORTED_MEDIA_TYPE' },
    edit: undefined,
    request: 'wrong-media-type',
  },
  {
    name: 'unknown-api-key',
    flaw: { is: 'refused', code: 'UNAUTHORIZED' },
    edit: undefined,
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
