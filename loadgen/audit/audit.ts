/**
 * The audit of one run: waits for the drain, reads the journal, compares it with Postgres. An audit that could not
 * be done is not clean.
 */
import { type EventMaker, makeEventMaker } from '../events.ts'
import { readJournal } from '../journal.ts'
import type { Header } from '../journal-format.ts'
import { type Attempts, makeAttempts, type Revision } from './attempts.ts'
import { type Finding, isClean, makeComparison } from './compare.ts'
import { awaitDrain, drainDeps } from './drain.ts'
import { readOutcomes } from './outcomes.ts'

export type Audit =
  | { readonly is: 'skipped'; readonly why: string }
  | { readonly is: 'failed'; readonly why: string }
  | {
      readonly is: 'done'
      readonly clean: boolean
      readonly drainSeconds: number
      readonly attempts: number
      /** Events answered 202. With none, nothing could be lost and the audit proves nothing. */
      readonly accepted: number
      readonly keys: number
      readonly stored: number
      readonly dead: number
      readonly conservationCloses: boolean
      /** What the admin says about the counts. */
      readonly notes: readonly string[]
      readonly findings: readonly Finding[]
    }

type Where = { readonly admin: string; readonly postgres: string; readonly journal: string }

const stuckMs = 60_000

export async function audit(
  header: Header,
  where: Where,
  say: (line: string) => void,
): Promise<Audit> {
  const started = performance.now()
  const onProgress = (left: number) => say(`audit: ${left} records in flight`)
  const drain = await awaitDrain(drainDeps(where.admin, onProgress), { stuckMs })
  if (drain.is === 'stuck') return { is: 'failed', why: drain.why }
  const drainSeconds = (performance.now() - started) / 1000
  const rows = { stored: 0, dead: 0 }
  try {
    const maker = makeEventMaker(header)
    const attempts = await attemptsIn(where.journal, maker)
    const { run, tenants } = header
    const comparison = makeComparison(attempts, { run, tenants, kept: maker.kept })
    say(`audit: comparing ${attempts.keys()} keys with Postgres`)
    await readOutcomes(where.postgres, header, (row) => {
      rows[row.outcome]++
      comparison.row(row)
    })
    const findings = comparison.finish()
    const accepted = attempts.accepted()
    return {
      is: 'done',
      clean: isClean({ findings, accepted, conservationCloses: drain.closes }),
      drainSeconds,
      attempts: attempts.attempts(),
      accepted,
      keys: attempts.keys(),
      ...rows,
      conservationCloses: drain.closes,
      notes: drain.findings,
      findings,
    }
  } catch (error) {
    return { is: 'failed', why: error instanceof Error ? error.message : String(error) }
  }
}

async function attemptsIn(journal: string, maker: EventMaker): Promise<Attempts> {
  const attempts = makeAttempts()
  for await (const attempt of readJournal(journal)) attempts.add(attempt)
  for (let number = 0; number < attempts.numbers(); number++)
    for (const revision of [0, 1] satisfies Revision[])
      if (attempts.seen(number, revision) !== 0) assertSame(maker, attempts, number, revision)
  return attempts
}

/** What is made again from its number must be what was sent. */
function assertSame(
  maker: EventMaker,
  attempts: Attempts,
  number: number,
  revision: Revision,
): void {
  const hash = maker.hash({ number, kind: attempts.kind(number), revision })
  if (hash !== attempts.bodyHash(number, revision))
    throw new Error(`event ${number} cannot be made again: the journal is of another version`)
}
