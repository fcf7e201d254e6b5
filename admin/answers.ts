/** How facts are written in the admin API: seed 000's dead-letter shape, camelCase, JSON columns as they are. Pure. */

import { type Original, readOriginal } from '../contracts/original.ts'
import { keyPath } from '../views/key-path.ts'
import type { Lag, Pipeline } from '../views/pipeline-facts.ts'
import type {
  DeadLetter,
  DeadLetters,
  Fate,
  Key,
  LetterClusters,
  Listed,
  Matches,
  StoredEvent,
} from '../views/record-facts.ts'
import { RawJson } from './json.ts'

export const deadLettersAnswer = ({ deadLetters, leftOut }: DeadLetters) => ({
  deadLetters: deadLetters.map(deadLetterAnswer),
  leftOut,
})

export const matchesAnswer = ({ events, deadLetters, more }: Matches) => ({
  events: events.map(eventAnswer),
  deadLetters: deadLetters.map(deadLetterAnswer),
  more,
})

/** Keys of the name that was looked for, each with its address; said when not every tenant was looked at. */
export const keysAnswer = (found: {
  readonly keys: readonly Key[]
  readonly onlyTenants: number | undefined
}) => ({
  keys: found.keys.map((key) => ({ ...key, href: keyPath(key.tenantId, key.idempotencyKey) })),
  ...(found.onlyTenants !== undefined && { onlyTenants: found.onlyTenants }),
})

export const fateAnswer = (fate: Fate) => ({
  ...fate,
  event: fate.event && eventAnswer(fate.event),
  deadLetter: fate.deadLetter && deadLetterAnswer(fate.deadLetter),
  conflicts: fate.conflicts.map(deadLetterAnswer),
})

export const pipelineAnswer = (pipeline: Pipeline) => ({
  ...pipeline,
  lag: lagAnswer(pipeline.lag),
  watch: pipeline.watch.map((one) => ({ ...one, expiresMs: orUnlimited(one.expiresMs) })),
  retentionMs: orUnlimited(pipeline.retentionMs),
})

/** Infinity is no JSON, and would become null: could not be measured. */
const orUnlimited = (ms: number | null): number | 'unlimited' | null =>
  ms === Number.POSITIVE_INFINITY ? 'unlimited' : ms

/** What was never committed is null. */
export const lagAnswer = (lag: Lag) => ({
  ...lag,
  partitions:
    lag.partitions?.map(({ committed, ...partition }) => ({
      ...partition,
      committed: committed === 'never' ? null : committed,
    })) ?? null,
})

/** `next` is what to give as `before` for the next page; null at the end. */
export const eventsAnswer = ({ rows, next, lookedTo }: Listed<StoredEvent>) => ({
  events: rows.map(eventAnswer),
  next,
  lookedTo,
})

/** Originals longer than a page shows are left out here; `href` has them. Clusters are on the first page only. */
export const lettersAnswer = (found: {
  readonly list: Listed<DeadLetter>
  readonly clusters: LetterClusters | null | undefined
}) => ({
  deadLetters: found.list.rows.map((letter) => ({
    ...deadLetterAnswer(letter),
    ...(letter.original.length < letter.originalBytes && { original: null }),
    href: `/dlq/${letter.id}`,
  })),
  next: found.list.next,
  lookedTo: found.list.lookedTo,
  clusters: found.clusters,
})

const eventAnswer = (event: StoredEvent) => ({
  ...event,
  payload: new RawJson(event.payload),
  extra: event.extra === null ? null : new RawJson(event.extra),
})

export const deadLetterAnswer = ({ original, cursor: _, ...letter }: DeadLetter) => ({
  ...letter,
  reason: `${letter.code}: ${letter.sentence}`,
  original: originalAnswer(readOriginal(original)),
})

function originalAnswer(original: Original): unknown {
  if (original.kind === 'json') return new RawJson(original.text)
  return original.kind === 'text' ? original.text : { base64: original.base64 }
}
