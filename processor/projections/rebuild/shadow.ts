/**
 * The tables that a rebuild fills: empty copies of a projection's, in a schema of their own, with markers of their own.
 * They take the place of the old ones in one transaction.
 */
import type { Sql, Transaction } from '../../session.ts'
import type { Projection } from '../declare.ts'
import { beginProjection, noteTypes } from '../progress.ts'
import type { Instance } from '../step.ts'

export const shadowInstance = (projection: Projection): Instance => ({
  projection,
  // No declared name has such a sign in it.
  name: `${projection.name}~rebuild`,
  schema: `projections_rebuild_${projection.name}`,
  runner: 'rebuild',
})

/** Why a rebuild cannot begin, as a sentence; undefined when it can. */
export async function whyNoShadow(
  sql: Sql,
  { name, projection }: Instance,
): Promise<string | undefined> {
  const [other] = await sql`
    select from projection_states where name = ${name} and moved_at > now() - interval '1 minute'`
  if (other) return `another rebuild of ${projection.name} moved within the last minute`
  const views = await sql<{ name: string }[]>`
    select distinct v.oid::regclass::text as name
      from pg_depend d
      join pg_rewrite r on r.oid = d.objid
      join pg_class v on v.oid = r.ev_class
     where d.classid = 'pg_rewrite'::regclass
       and d.refobjid in (select ('projections.' || value)::regclass
                            from json_array_elements_text(${JSON.stringify(projection.tables)}::text::json))`
  if (views.length === 0) return undefined
  const list = views.map(({ name }) => name).join(', ')
  return `a table that is replaced takes what is built on it away: drop ${list} first`
}

/** Makes the tables anew, whatever an earlier rebuild left, and begins to follow. */
export async function makeShadow(sql: Sql, { name, schema, projection }: Instance): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`delete from projection_states where name = ${name}`
    await tx`drop schema if exists ${tx(schema)} cascade`
    await tx`create schema ${tx(schema)}`
    for (const table of projection.tables)
      await tx`create table ${tx(schema)}.${tx(table)} (like projections.${tx(table)} including all)`
  })
  await beginProjection(sql, name)
  await noteTypes(sql, name, Object.keys(projection.events))
}

export async function dropShadow(sql: Sql, { name, schema }: Instance): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`delete from projection_states where name = ${name}`
    await tx`drop schema if exists ${tx(schema)} cascade`
  })
}

/** Whether everything that the live tables hold is in the others too. The live marker has to stand still. */
export async function hasReached(
  tx: Transaction,
  { name, projection }: Instance,
): Promise<boolean> {
  const [row] = await tx<{ reached: boolean }[]>`
    select coalesce(bool_and(s.projected_to >= l.projected_to), true) as reached
      from projection_positions l
      left join projection_positions s
        on s.projection = ${name} and s.topic_id = l.topic_id and s.partition = l.partition
     where l.projection = ${projection.name}`
  return row?.reached ?? false
}

/** Puts the tables and the markers in the place of the old ones, with their owner and the rights on them. */
export async function takeTheirPlace(
  tx: Transaction,
  { name, schema, projection }: Instance,
): Promise<void> {
  for (const table of projection.tables) {
    const rights = await tx<{ statement: string }[]>`
      select format('grant %s on %I.%I to %s', a.privilege_type, ${schema}::text, ${table}::text,
                    case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end) as statement
        from pg_class c, aclexplode(c.relacl) a
       where c.oid = ('projections.' || ${table}::text)::regclass and a.grantee <> c.relowner
      union all
      select format('alter table %I.%I owner to %I', ${schema}::text, ${table}::text, pg_get_userbyid(c.relowner))
        from pg_class c
       where c.oid = ('projections.' || ${table}::text)::regclass`
    for (const { statement } of rights) await tx.unsafe(statement)
    await tx`drop table projections.${tx(table)}`
    await tx`alter table ${tx(schema)}.${tx(table)} set schema projections`
  }
  await tx`drop schema ${tx(schema)}`
  await tx`delete from projection_states where name = ${projection.name}`
  await tx`update projection_states set name = ${projection.name}, runner = null where name = ${name}`
}
