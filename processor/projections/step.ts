/**
 * One step of a projection as one transaction: lock it, read what is next, apply it, move its markers. All of it becomes
 * true together or not at all, so that whatever dies an event is applied once. It waits for no disk: a crash takes the
 * tables and the markers back together, and the events are still there.
 * Bounded by events and bytes, by the statement timeout, and by ten idle seconds: a process that freezes in the middle
 * loses its transaction, and another one goes on.
 */
import type { Sql, Transaction } from '../session.ts'
import { type Projection, unfitIn } from './declare.ts'
import { duePartitions, moveMarkers } from './markers.ts'
import { planStep } from './plan.ts'
import {
  type Applied,
  endHistory,
  type Held,
  holdProjection,
  moveInHistory,
  noteApplied,
} from './progress.ts'
import { historyPage, type ReadEvent, readHistory, readPlanned } from './read.ts'

/** Which tables a run of a projection changes, and whose markers it moves: its own, or those of a rebuild. */
export type Instance = {
  readonly projection: Projection
  /** Of its row in `projection_states`. */
  readonly name: string
  /** Where its tables are. */
  readonly schema: string
}

export type Step =
  | ({ readonly is: 'moved'; readonly phase: Held['phase'] } & Applied)
  /** There was nothing to do. */
  | { readonly is: 'idle' }
  /** Another process is at it. */
  | { readonly is: 'elsewhere' }

export const liveInstance = (projection: Projection): Instance => ({
  projection,
  name: projection.name,
  schema: 'projections',
})

const limits = { events: 5000, bytes: 16 * 1024 * 1024 }

const bounds = [
  'synchronous_commit = off',
  "idle_in_transaction_session_timeout = '10s'",
  // Plans are made while tables are small; each event is looked up by itself, whatever the size becomes.
  'enable_seqscan = off',
  'jit = off',
]

/** Rejects with the error of whatever failed; then nothing has changed. */
export const stepOnce = (sql: Sql, instance: Instance): Promise<Step> =>
  sql.begin(async (tx): Promise<Step> => {
    await tx.unsafe(bounds.map((bound) => `set local ${bound}`).join(';'))
    const held = await holdProjection(tx, instance.name)
    if (held === undefined) return { is: 'elsewhere' }
    const done =
      held.phase === 'history'
        ? await readOnInHistory(tx, instance, held)
        : await follow(tx, instance)
    if (done === undefined) return { is: 'idle' }
    await noteApplied(tx, instance.name, done)
    return { is: 'moved', phase: held.phase, ...done }
  }) as Promise<Step>

const nothing: Applied = { applied: 0, unfit: 0, unfitWhy: undefined }

async function readOnInHistory(tx: Transaction, instance: Instance, held: Held): Promise<Applied> {
  const { name } = instance
  const page = await historyPage(tx, name, held)
  if (page === undefined) {
    await endHistory(tx, name)
    return nothing
  }
  await moveInHistory(tx, name, page.end, page.read)
  return await apply(tx, instance, await readHistory(tx, name, held, page, typesOf(instance)))
}

async function follow(tx: Transaction, instance: Instance): Promise<Applied | undefined> {
  const types = typesOf(instance)
  const plan = planStep(await duePartitions(tx, instance.name, types), limits)
  if (plan.moves.length === 0) return undefined
  await moveMarkers(tx, instance.name, plan.moves)
  if (plan.spans.length === 0) return nothing
  return await apply(tx, instance, await readPlanned(tx, plan, types))
}

/** Leaves out what is not as declared, and runs the statements on the rest. */
async function apply(
  tx: Transaction,
  { projection, schema }: Instance,
  events: readonly ReadEvent[],
): Promise<Applied> {
  if (events.length === 0) return nothing
  const unfit = events.flatMap((event) => {
    const why = unfitIn(projection, event.eventType, JSON.parse(event.payload))
    return why === undefined ? [] : [{ event, why }]
  })
  if (unfit.length > 0)
    await tx`
      delete from pg_temp.batch
       where n in (select value::integer
                     from json_array_elements_text(${JSON.stringify(unfit.map(({ event }) => event.n))}::text::json))`
  const applied = events.length - unfit.length
  if (applied > 0) await runStatements(tx, projection, schema)
  await tx`select pg_temp.empty_batch()`
  const last = unfit.at(-1)
  return { applied, unfit: unfit.length, unfitWhy: last && `${placeOf(last.event)}: ${last.why}` }
}

/**
 * Without parameters, so that each is planned for the tables as they are now. A rebuild's schema stands alone: a table
 * that a projection forgot to declare is missing there, and is not changed a second time.
 */
async function runStatements(
  tx: Transaction,
  { apply }: Projection,
  schema: string,
): Promise<void> {
  await tx.unsafe(`set local search_path = "${schema}", public, pg_temp`)
  for (const statement of apply) await tx.unsafe(statement)
}

const typesOf = ({ projection }: Instance): string[] => Object.keys(projection.events)

const placeOf = ({ eventType, topicId, partition, offset }: ReadEvent): string =>
  `${eventType} at ${topicId}/${partition}/${offset}`
