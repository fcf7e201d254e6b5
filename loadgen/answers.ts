/**
 * Decides what an answer means for the event it answers: final, or to be repeated. Pure.
 * 409, every 5xx and no answer leave open whether the event is in: the call is repeated with the same key.
 */
import type { Answer } from './http/response.ts'
import { kindOf, mustGet } from './kinds.ts'

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

const asItMust = { unexpected: undefined, tolerated: undefined }
export const failed: End = { verdict: 'failed', ...asItMust }

export type Asked = {
  readonly purpose: Purpose
  readonly kind: number
  /** 1 for the first attempt. */
  readonly attempt: number
}

/** Then the event counts as failed. At a second each this outlasts ingest's lease on a claim (30 s). */
export const maxAttempts = 60
const longestWaitMs = 10_000

export function judge(asked: Asked, answer: Answer | undefined, random: () => number): Judged {
  if (answer === undefined || isOpen(answer.status)) {
    if (asked.attempt < maxAttempts) return { is: 'repeat', afterMs: waitMs(asked, answer, random) }
    return { is: 'final', ...failed }
  }
  if (answer.status === 429) return { is: 'final', ...asItMust, verdict: 'rate-limited' }
  const words = wordsOf(answer)
  const expected = expectedOf(asked)
  const wrong = expected.includes(words) ? undefined : differs(asked, expected[0], words)
  const isTolerated = isTakenAsNew(asked, words)
  return {
    is: 'final',
    verdict: verdictOf(asked, answer, words),
    unexpected: isTolerated ? undefined : wrong,
    tolerated: isTolerated ? wrong : undefined,
  }
}

/** Whether the answer leaves open if the event is in. */
const isOpen = (status: number): boolean => status === 409 || status >= 500

function waitMs(asked: Asked, answer: Answer | undefined, random: () => number): number {
  const seconds = answer?.retryAfterSeconds
  if (seconds !== undefined) return Math.min(seconds * 1000, longestWaitMs)
  const backoff = Math.min(100 * 2 ** (asked.attempt - 1), 5000)
  return backoff * (0.5 + random() / 2)
}

/** An answer in words: status, and what else counts of it. */
export function wordsOf(answer: Answer): string {
  const body = parsed(answer.body)
  if (answer.status !== 202) return `${answer.status} ${body?.error?.code ?? 'without a code'}`
  if (typeof body?.duplicate !== 'boolean') return '202 without a verdict'
  const [first] = body.warnings ?? []
  const warned = first === undefined ? '' : `, warned ${first.code} ${first.path}`
  return `202 ${body.duplicate ? 'duplicate' : 'new'}${warned}`
}

type Body = {
  duplicate?: unknown
  warnings?: { code?: unknown; path?: unknown }[]
  error?: { code?: unknown }
}

function parsed(body: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function expectedOf({ purpose, kind, attempt }: Asked): readonly [string, ...string[]] {
  if (purpose === 'conflict') return ['422 IDEMPOTENCY_KEY_REUSED']
  const first = mustGet(kindOf(kind))
  const again = first.replace('202 new', '202 duplicate')
  if (purpose === 'duplicate') return [again]
  // The first attempt may have been taken although its answer left that open.
  return attempt === 1 ? [first] : [first, again]
}

/** Whether a repeat or a contradiction was answered as the key's first event would be. */
const isTakenAsNew = ({ purpose, kind }: Asked, words: string): boolean =>
  purpose !== 'fresh' && words.startsWith('202 new') && words === mustGet(kindOf(kind))

const differs = ({ purpose, kind }: Asked, expected: string, words: string): string =>
  `${purpose === 'fresh' ? kindOf(kind).name : purpose}: expected ${expected}, got ${words}`

function verdictOf({ purpose, kind }: Asked, { status }: Answer, words: string): Verdict {
  if (status === 422) return 'conflict'
  if (status === 202) {
    if (purpose !== 'fresh' && words.startsWith('202 duplicate')) return 'duplicate'
    return kindOf(kind).flaw === undefined ? 'success' : 'invalid'
  }
  return status >= 400 && status < 500 ? 'invalid' : 'failed'
}
