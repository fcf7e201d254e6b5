/**
 * What `create table … (like … including all)` leaves out: some of it is made up for, and what is not is found before a
 * rebuild begins.
 */
import type { Sql, Transaction } from '../../session.ts'
import type { Projection } from '../declare.ts'
import { textArray } from '../text-array.ts'

/** What stands on the tables of a projection, or is a part of them, and that their copies would not have. */
export async function whatIsNotCopied(sql: Sql, { tables }: Projection): Promise<string[]> {
  const rows = await sql<{ what: string }[]>`
    with tables as (
      select to_regclass('projections.' || name)::oid as oid, name
        from unnest(${textArray(tables)}::text::text[]) as name
    )
    select distinct 'view ' || v.oid::regclass as what
      from tables
      join pg_depend d on d.refobjid = tables.oid and d.classid = 'pg_rewrite'::regclass
      join pg_rewrite r on r.oid = d.objid
      join pg_class v on v.oid = r.ev_class and v.oid <> tables.oid
    union all
    select format('trigger %I of %I', t.tgname, name)
      from tables join pg_trigger t on t.tgrelid = tables.oid and not t.tgisinternal
    union all
    select distinct format('foreign key %I of %s', c.conname, c.conrelid::regclass)
      from tables join pg_constraint c on c.contype = 'f' and tables.oid in (c.conrelid, c.confrelid)
    union all
    select format('policy %I of %I', p.polname, name)
      from tables join pg_policy p on p.polrelid = tables.oid
    union all
    select format('rights on column %I of %I', a.attname, name)
      from tables join pg_attribute a on a.attrelid = tables.oid and a.attacl is not null and not a.attisdropped
    order by what`
  return rows.map(({ what }) => what)
}

/**
 * Statements that give a copy the storage parameters of its table, and its indexes the names by which migrations know
 * them. Indexes that differ in nothing but their names are told apart by these.
 */
export async function completionOf(
  tx: Transaction,
  schema: string,
  table: string,
): Promise<string[]> {
  const settings = await tx<{ statement: string }[]>`
    select format('alter table %I.%I set (%s)', ${schema}::text, relname, array_to_string(reloptions, ', ')) as statement
      from pg_class
     where oid = ('projections.' || ${table}::text)::regclass and reloptions is not null`
  const renamed = await tx<{ from: string; to: string }[]>`
    with indexes as (
      select n.nspname as schema, c.relname as name,
             concat(i.indisunique, i.indisprimary, regexp_replace(pg_get_indexdef(c.oid), '^.* USING ', '')) as definition
        from pg_index i
        join pg_class c on c.oid = i.indexrelid
        join pg_class t on t.oid = i.indrelid
        join pg_namespace n on n.oid = t.relnamespace
       where t.relname = ${table} and n.nspname in ('projections', ${schema})
    ), numbered as (
      select *, row_number() over (partition by schema, definition order by name) as nth from indexes
    )
    select copy.name as "from", original.name as "to"
      from numbered original
      join numbered copy using (definition, nth)
     where original.schema = 'projections' and copy.schema = ${schema} and copy.name <> original.name`
  const rename = (from: string, to: string) =>
    `alter index ${quoted(schema)}.${quoted(from)} rename to ${quoted(to)}`
  return [
    ...settings.map(({ statement }) => statement),
    // By way of names that nobody has: one may become what another still is.
    ...renamed.map(({ from }, i) => rename(from, `${i} of a rebuild`)),
    ...renamed.map(({ to }, i) => rename(`${i} of a rebuild`, to)),
  ]
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
