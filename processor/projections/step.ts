/**
 * One step of a projection: look what is next, read it, apply it and move the markers. The last of these is one
 * statement, so that all of it becomes true together or not at all: whatever dies, an event is applied once. What was
 * read for nothing, because another process was faster, is read again.
 * Bounded by events and bytes, and by the statement timeout.
 */
import type { Sql } from '../session.ts'
import { type Projection, unfitIn } from './declare.ts'
import { duePartitions } from './markers.ts'
import { type Move, planStep } from './plan.ts'
import { type HistoryMark, type ProjectionState, readMark } from './progress.ts'
import { historyPage, movesOf, type ReadEvent, readHistory, readPlanned } from './read.ts'

/** Which tables a run of a projection changes, and whose markers it moves: its own, or those of a rebuild. */
export type Instance = {
  readonly projection: Projection
  /** Of its row in `projection_states`. */
  readonly name: string
  /** Where its tables are. */
  readonly schema: string
  /** The process that runs it. */
  readonly runner: string
}

/** What became of the events of one step. */
export type Applied = {
  readonly applied: number
  readonly unfit: number
  readonly unfitWhy: string | undefined
}

export type Step =
  | ({ readonly is: 'moved'; readonly phase: ProjectionState['phase'] } & Applied)
  /** There was nothing to do. */
  | { readonly is: 'idle' }
  /** Another process is at it. */
  | { readonly is: 'elsewhere' }

export const liveInstance = (projection: Projection, runner: string): Instance => ({
  ...{ projection, runner },
  name: projection.name,
  schema: 'projections',
})

const limits = { events: 5000, bytes: 16 * 1024 * 1024 }

/** Rejects with the error of whatever failed; then nothing has changed. `sql` has to be one session. */
export async function stepOnce(sql: Sql, instance: Instance): Promise<Step> {
  const mark = await readMark(sql, instance.name)
  if (mark === undefined) return { is: 'idle' }
  return mark.phase === 'history'
    ? await readOnInHistory(sql, instance, mark)
    : await follow(sql, instance)
}

async function readOnInHistory(sql: Sql, instance: Instance, mark: HistoryMark): Promise<Step> {
  const page = await historyPage(sql, instance.name, mark)
  if (page === undefined) return await apply(sql, instance, { history: { ends: true } }, [])
  const { end, read } = page
  const history = {
    ...{ after_at: mark.readAt, after_id: mark.readId },
    ...{ until_at: end.readAt, until_id: end.readId, read },
  }
  const events = await readHistory(sql, instance.name, mark, page, typesOf(instance))
  return await apply(sql, instance, { history }, events)
}

async function follow(sql: Sql, instance: Instance): Promise<Step> {
  const types = typesOf(instance)
  const plan = planStep(await duePartitions(sql, instance.name, types), limits)
  if (plan.moves.length === 0) return { is: 'idle' }
  const events = plan.spans.length === 0 ? [] : await readPlanned(sql, plan, types)
  return await apply(sql, instance, { moves: plan.moves }, events)
}

type Moved = { readonly moves?: readonly Move[]; readonly history?: object }

/** Leaves out what is not as declared, applies the rest, and moves on. */
async function apply(
  sql: Sql,
  { name, schema, projection, runner }: Instance,
  { moves = [], history }: Moved,
  events: readonly ReadEvent[],
): Promise<Step> {
  const unfit = events.flatMap((event) => {
    const why = unfitIn(projection, event.eventType, JSON.parse(event.payload))
    return why === undefined ? [] : [{ event, why }]
  })
  if (unfit.length > 0) await leaveOut(sql, unfit)
  const last = unfit.at(-1)
  const done: Applied = {
    applied: events.length - unfit.length,
    unfit: unfit.length,
    unfitWhy: last && `${placeOf(last.event)}: ${last.why}`,
  }
  const step = {
    ...{ moves: movesOf(moves), history, runner },
    ...{ applied: done.applied, unfit: done.unfit, unfit_why: done.unfitWhy },
  }
  const [row] = await sql<{ moved: boolean }[]>`
    select pg_temp.apply_batch(${name}, ${schema}, ${JSON.stringify(projection.apply)}::text::json,
                               ${JSON.stringify(step)}::text::json) as moved`
  if (!row?.moved) return { is: 'elsewhere' }
  return { is: 'moved', phase: history === undefined ? 'following' : 'history', ...done }
}

async function leaveOut(sql: Sql, unfit: readonly { readonly event: ReadEvent }[]): Promise<void> {
  const numbers = JSON.stringify(unfit.map(({ event }) => event.n))
  await sql`
    delete from pg_temp.batch
     where n in (select value::integer from json_array_elements_text(${numbers}::text::json))`
}

const typesOf = ({ projection }: Instance): string[] => Object.keys(projection.events)

const placeOf = ({ eventType, topicId, partition, offset }: ReadEvent): string =>
  `${eventType} at ${topicId}/${partition}/${offset}`
