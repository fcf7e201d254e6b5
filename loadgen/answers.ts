/**
 * Decides what was told of an event means for it: final, or to be repeated. Pure.
 * 409, every 5xx and no answer leave open whether the event is in: it is sent again with the same key.
 */
import { kinds, mustGet } from './kinds.ts'
import type { Told } from './told.ts'

/** Why an event is sent: for itself, as a repeat of one that was accepted, or as another event under its key. */
export type Purpose = 'fresh' | 'duplicate' | 'conflict'

/** What became of an event, as the summary counts it: each event is exactly one of these. */
export type Verdict =
  | 'success'
  | 'duplicate'
  | 'conflict'
  | 'rate-limited'
  | 'invalid'
  | 'failed'
  | 'dropped'

/** How an event ended. */
export type End = {
  readonly verdict: Verdict
  /** Says what had to come and what came, when they differ: an error, whatever the verdict. */
  readonly unexpected: string | undefined
  /** The same, where it may: a claim can be lost or missed with Redis, and then the ledger decides. */
  readonly tolerated: string | undefined
}

export type Judged =
  | { readonly is: 'repeat'; readonly afterMs: number }
  | ({ readonly is: 'final' } & End)

const asItMust = { is: 'final', unexpected: undefined, tolerated: undefined } as const
export const failed: Judged & End = { ...asItMust, verdict: 'failed' }
const rateLimited: Judged = { ...asItMust, verdict: 'rate-limited' }

export type Asked = {
  readonly purpose: Purpose
  readonly kind: number
  /** 1 for the first attempt. */
  readonly attempt: number
}

/** Then the event counts as failed. At a second each this outlasts ingest's lease on a claim (30 s). */
export const maxAttempts = 60
const longestWaitMs = 10_000

/** @param jitter from 0 up to 1: where in its range a wait is that the server did not give */
export function judge(asked: Asked, told: Told | undefined, jitter: number): Judged {
  if (told === undefined || isOpen(told.status)) {
    if (asked.attempt < maxAttempts) return { is: 'repeat', afterMs: waitMs(asked, told, jitter) }
    return failed
  }
  if (told.status === 429) return rateLimited
  const expected = expectedOf(asked)
  const isExpected = expected.includes(told.words)
  const wrong = isExpected ? undefined : differs(asked, expected[0], told.words)
  const isTolerated = wrong !== undefined && isTakenAsNew(asked, told.words)
  return {
    is: 'final',
    verdict: verdictOf(asked, told),
    unexpected: isTolerated ? undefined : wrong,
    tolerated: isTolerated ? wrong : undefined,
  }
}

/** Whether the answer leaves open if the event is in. */
const isOpen = (status: number): boolean => status === 409 || status >= 500

function waitMs(asked: Asked, told: Told | undefined, jitter: number): number {
  const seconds = told?.retryAfterSeconds
  if (seconds !== undefined) return Math.min(seconds * 1000, longestWaitMs)
  const backoff = Math.min(100 * 2 ** (asked.attempt - 1), 5000)
  return backoff * (0.5 + jitter / 2)
}

type Words = readonly [string, ...string[]]

/** What a kind of event must be told: the first time, when it is repeated on purpose, and when it may be in already. */
const expectations = kinds.map((kind) => {
  const first = mustGet(kind)
  const again = first.replace('202 new', '202 duplicate')
  const [fresh, duplicate, retried]: [Words, Words, Words] = [[first], [again], [first, again]]
  return { fresh, duplicate, retried }
})
const conflicts: Words = ['422 IDEMPOTENCY_KEY_REUSED']

function expectedOf({ purpose, kind, attempt }: Asked): Words {
  const expected = expectations[kind]
  if (purpose === 'conflict' || expected === undefined) return conflicts
  if (purpose === 'duplicate') return expected.duplicate
  // The first attempt may have been taken although its answer left that open.
  return attempt === 1 ? expected.fresh : expected.retried
}

/** Whether a repeat or a contradiction was answered as the key's first event would be. */
const isTakenAsNew = ({ purpose, kind }: Asked, words: string): boolean =>
  purpose !== 'fresh' && words.startsWith('202 new') && words === expectations[kind]?.fresh[0]

const differs = ({ purpose, kind }: Asked, expected: string, words: string): string =>
  `${purpose === 'fresh' ? kinds[kind]?.name : purpose}: expected ${expected}, got ${words}`

function verdictOf({ purpose, kind }: Asked, { status, words }: Told): Verdict {
  if (status === 422) return 'conflict'
  if (status === 202) {
    if (purpose !== 'fresh' && words.startsWith('202 duplicate')) return 'duplicate'
    return kinds[kind]?.flaw === undefined ? 'success' : 'invalid'
  }
  return status >= 400 && status < 500 ? 'invalid' : 'failed'
}
