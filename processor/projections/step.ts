/**
 * One step of a projection: look what is next, read it, apply it and move the markers. The last of these is one
 * statement, so that all of it becomes true together or not at all: whatever dies, an event is applied once. What was
 * read for nothing, because another process was faster, is read again.
 * Bounded by events and bytes, and by the statement timeout.
 */
import type { Sql } from '../session.ts'
import { unfitIn } from './declare.ts'
import { ProjectionFault } from './fault.ts'
import type { Instance } from './instance.ts'
import { type HistoryMark, lookAhead } from './look.ts'
import { type Move, type Plan, planStep } from './plan.ts'
import {
  droppedEvents,
  historyPage,
  movesOf,
  type ReadEvent,
  readHistory,
  readPlanned,
} from './read.ts'

/** What became of the events of one step. */
export type Applied = {
  readonly applied: number
  readonly unfit: number
  readonly unfitWhy: string | undefined
}

export type Step =
  | ({ readonly is: 'moved'; readonly phase: 'history' | 'following' } & Applied)
  /** There was nothing to do, or it was left for now. */
  | { readonly is: 'idle' }
  /** Another process is at it. */
  | { readonly is: 'elsewhere' }
  /** It was never begun, or somebody has deleted its row of `projection_states`. */
  | { readonly is: 'unknown' }

/** What a step is about to do. */
export type Intent = {
  /** Another process has worked on it within the last two seconds. */
  readonly isElsewhere: boolean
  /** Whether there are events to be read. Else it only notes that it has passed what does not concern it. */
  readonly reads: boolean
}

/** Of batches that hold any of its types: events of all types, as most of them are read and left. */
const limits = { events: 10_000, bytes: 4 * 1024 * 1024 }

/**
 * Rejects with the error of whatever failed; then nothing has changed. `sql` has to be one session. `leaves` is asked
 * before anything is done, at the price of one look.
 */
export async function stepOnce(
  sql: Sql,
  instance: Instance,
  leaves: (intent: Intent) => boolean = () => false,
): Promise<Step> {
  const look = await lookAhead(sql, instance, typesOf(instance))
  if (look.is === 'unknown') return { is: 'unknown' }
  const { isElsewhere } = look
  if (look.is === 'history')
    return leaves({ isElsewhere, reads: true })
      ? { is: 'idle' }
      : await readOnInHistory(sql, instance, look.mark)
  const plan = planStep(look.due, limits)
  if (plan.moves.length === 0) return { is: 'idle' }
  const reads = plan.spans.length > 0 || look.due.some(({ more }) => more)
  return leaves({ isElsewhere, reads }) ? { is: 'idle' } : await follow(sql, instance, plan)
}

async function readOnInHistory(sql: Sql, instance: Instance, mark: HistoryMark): Promise<Step> {
  if (mark.readAt === '-infinity') await refuseFilledTables(sql, instance)
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

/**
 * What begins anew applies all events once more, and to tables that know them already a second time. Its row and its
 * tables change together, and are looked at as of one instant.
 */
async function refuseFilledTables(sql: Sql, { name, schema, projection }: Instance): Promise<void> {
  for (const table of projection.tables) {
    const [filled] = await sql`
      select from projection_states
       where name = ${name} and phase = 'history' and read_at = '-infinity'
         and exists (select from ${sql(schema)}.${sql(table)})`
    if (filled)
      throw new ProjectionFault(
        `${schema}.${table} is not empty, though no event was applied to it: truncate the tables, or rebuild it`,
      )
  }
}

async function follow(sql: Sql, instance: Instance, plan: Plan): Promise<Step> {
  const types = typesOf(instance)
  const events = plan.spans.length === 0 ? [] : await readPlanned(sql, plan, types)
  const missed = await droppedEvents(sql, plan.passed)
  return await apply(sql, instance, { moves: plan.moves, missed }, events)
}

type Moved = {
  readonly moves?: readonly Move[]
  readonly history?: object
  readonly missed?: number
}

/** Leaves out what is not as declared, applies the rest, and moves on. */
async function apply(
  sql: Sql,
  instance: Instance,
  { moves = [], history, missed = 0 }: Moved,
  events: readonly ReadEvent[],
): Promise<Step> {
  const { name, schema, projection, runner } = instance
  const unfit = unfitAmong(events, instance)
  if (unfit.length > 0) await leaveOut(sql, unfit)
  const last = unfit.at(-1)
  const done: Applied = {
    applied: events.length - unfit.length,
    unfit: unfit.length,
    unfitWhy: last && `${placeOf(last.event)}: ${last.why}`,
  }
  const step = {
    ...{ moves: movesOf(moves), history, missed, runner },
    ...{ applied: done.applied, unfit: done.unfit, unfit_why: done.unfitWhy },
  }
  const [row] = await sql<{ moved: boolean }[]>`
    select pg_temp.apply_batch(${name}, ${schema}, ${JSON.stringify(projection.apply)}::text::json,
                               ${JSON.stringify(step)}::text::json) as moved`.catch(asFault)
  if (!row?.moved) return { is: 'elsewhere' }
  return { is: 'moved', phase: history === undefined ? 'following' : 'history', ...done }
}

type Unfit = { readonly event: ReadEvent; readonly why: string }

function unfitAmong(events: readonly ReadEvent[], { projection }: Instance): Unfit[] {
  return events.flatMap((event) => {
    try {
      const why = unfitIn(projection, event.eventType, JSON.parse(event.payload))
      return why === undefined ? [] : [{ event, why }]
    } catch (cause) {
      throw new ProjectionFault(`a rule fails for ${placeOf(event)}`, { cause })
    }
  })
}

/** SQLSTATE query_canceled. */
const tooLong = '57014'

function asFault(error: unknown): never {
  const isTooLong = (error as { code?: unknown }).code === tooLong
  throw isTooLong ? new ProjectionFault('its statements took too long', { cause: error }) : error
}

async function leaveOut(sql: Sql, unfit: readonly Unfit[]): Promise<void> {
  const numbers = JSON.stringify(unfit.map(({ event }) => event.n))
  await sql`
    delete from pg_temp.batch
     where n in (select value::bigint from json_array_elements_text(${numbers}::text::json))`
}

const typesOf = ({ projection }: Instance): string[] => Object.keys(projection.events)

const placeOf = ({ eventType, topicId, partition, offset }: ReadEvent): string =>
  `${eventType} at ${topicId}/${partition}/${offset}`
