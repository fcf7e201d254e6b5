/**
 * Decides whether the promise was kept, from what was sent and answered and from what is in Postgres. Pure.
 * For each event (tenant, key, revision): any 202 means exactly one outcome, with the JSON that was sent; refused and
 * nothing else means none; anything else at most one. Whatever nobody sent must not be there.
 */
import { type EventId, keyOf, numberOf } from '../events.ts'
import { type Attempts, type Revision, seen } from './attempts.ts'
import { isSameJson } from './exact-json.ts'

/** A stored event or a dead letter. */
export type Row = {
  readonly outcome: 'stored' | 'dead'
  readonly tenant: string
  readonly key: string
  /** The event as JSON text; undefined when it cannot be read. */
  readonly event: string | undefined
}

export const findingKinds = {
  lost: 'answered 202, and neither stored nor a dead letter',
  repeated: 'more than one outcome',
  both: 'stored and a dead letter',
  altered: 'not the JSON that was sent',
  phantom: 'nobody sent it',
  refused: 'refused with a 4xx, and in all the same',
} as const

export type FindingKind = keyof typeof findingKinds

export type Finding = {
  readonly kind: FindingKind
  readonly count: number
  /** `tenant/key` of the first ones. */
  readonly examples: readonly string[]
}

const mostExamples = 20

type Run = {
  readonly run: string
  readonly tenants: readonly string[]
  /** What must be kept of the body that was sent for this event. */
  readonly kept: (id: EventId) => string
}

export function makeComparison(attempts: Attempts, { run, tenants, kept }: Run) {
  const found = new Map<FindingKind, { count: number; examples: string[] }>()
  // Outcomes of (number, revision), counted up to 255.
  const stored = new Uint8Array(2 * attempts.numbers())
  const dead = new Uint8Array(2 * attempts.numbers())

  const report = (kind: FindingKind, name: string): void => {
    const entry = found.get(kind) ?? { count: 0, examples: [] }
    entry.count++
    if (entry.examples.length < mostExamples) entry.examples.push(name)
    found.set(kind, entry)
  }

  const row = ({ outcome, tenant, key, event }: Row): void => {
    const number = numberOf(run, key)
    const isKnown =
      number !== undefined &&
      number < attempts.numbers() &&
      tenants[attempts.tenant(number)] === tenant &&
      (attempts.seen(number, 0) !== 0 || attempts.seen(number, 1) !== 0)
    if (!isKnown) {
      report('phantom', `${tenant}/${key}`)
      return
    }
    const revision = event === undefined ? undefined : revisionOf(number, event)
    if (revision === undefined) report('altered', `${tenant}/${key}`)
    const counts = outcome === 'stored' ? stored : dead
    const at = 2 * number + (revision ?? likeliest(number))
    counts[at] = Math.min(255, (counts[at] ?? 0) + 1)
  }

  /** Which of the key's events this is; undefined when it is none of them. */
  const revisionOf = (number: number, event: string): Revision | undefined => {
    for (const revision of revisions) {
      const id = { number, kind: attempts.kind(number), revision }
      if (attempts.seen(number, revision) !== 0 && isSameJson(kept(id), event)) return revision
    }
    return undefined
  }

  /** Whose outcome an altered row is, so that it is not called lost as well. */
  const likeliest = (number: number): Revision => (attempts.seen(number, 0) !== 0 ? 0 : 1)

  const finish = (): Finding[] => {
    for (let number = 0; number < attempts.numbers(); number++) {
      const name = `${tenants[attempts.tenant(number)]}/${keyOf(run, number)}`
      const counted = revisions.map((revision) => ({
        stored: stored[2 * number + revision] ?? 0,
        dead: dead[2 * number + revision] ?? 0,
      }))
      for (const revision of revisions) {
        const kind = verdictOn(attempts.seen(number, revision), counted[revision] ?? none)
        if (kind !== undefined) report(kind, name)
      }
      // Two events stored under one key: each for itself looks right.
      if (counted.every(({ stored }) => stored > 0)) report('repeated', name)
    }
    return [...found].map(([kind, { count, examples }]) => ({ kind, count, examples }))
  }

  return { row, finish }
}

const revisions: readonly Revision[] = [0, 1]
const none = { stored: 0, dead: 0 }

/** Whether the promise was kept, and shown to be: with nothing accepted there was no promise. */
export function isClean({ findings, accepted, conservationCloses }: Compared): boolean {
  return findings.length === 0 && accepted > 0 && conservationCloses
}

type Compared = {
  readonly findings: readonly Finding[]
  readonly accepted: number
  readonly conservationCloses: boolean
}

/** What is wrong with one event's outcomes, given what its answers promised. */
export function verdictOn(
  answers: number,
  { stored, dead }: { readonly stored: number; readonly dead: number },
): FindingKind | undefined {
  const outcomes = stored + dead
  if (answers === seen.refused && outcomes > 0) return 'refused'
  if (answers & seen.accepted && outcomes === 0) return 'lost'
  if (stored > 0 && dead > 0) return 'both'
  return outcomes > 1 ? 'repeated' : undefined
}
