/**
 * What the roles of the processor and of the admin may do, where they are not the owner of the tables: this and nothing
 * else. Run after every migration, by the owner; each run grants all of it anew, in one transaction, so that a process
 * at work never has less. Names of roles come from an operator's settings.
 */
import type { Roles } from './settings.ts'
import { type Database, type Sql, withSql } from './sql.ts'

/** Returns the roles that were granted to. Throws when one does not exist, or is the owner's own. */
export function grantRoles(
  database: Database,
  { processorRole, adminRole }: Roles,
): Promise<string[]> {
  return withSql(database, (sql) =>
    sql.begin(async (transaction) => {
      if (processorRole) await grant(transaction, processorRole, toProcessor)
      if (adminRole) await grant(transaction, adminRole, toAdmin)
      return [processorRole, adminRole].filter((role) => role !== undefined)
    }),
  )
}

/** Rights by what they are on. Events are only added to: what is old goes by the functions. */
export const toProcessor: readonly string[] = [
  'select, insert on event_keys',
  // What a redrive changes: the key that is stored after all, and its letter.
  'update (fingerprint, outcome, request_id, topic_id, partition, "offset", received_at) on event_keys',
  'select, insert, update on pipeline_offsets',
  'select, insert on events',
  'insert on event_requests',
  'select, insert, update on event_counts',
  'select, insert on dead_letters',
  'update (event_id, event_type, request_id, code, class, stage, path, sentence, original, attempts, state, received_at, failed_at, published_at, topic_id, partition, "offset") on dead_letters',
  'execute on function ensure_day(date), drop_oldest_day(text, integer)',
  'execute on function trim_event_keys(integer, timestamptz, integer), trim_event_counts(integer, timestamptz, integer)',
  'execute on function trim_event_batches(integer), release_event_batches(integer)',
  // They are written by triggers that run as the owner.
  'select on event_batches, forgotten_positions',
  'select, insert, update on projection_states, projection_positions',
  'usage on schema projections',
  'select, insert, update, delete on all tables in schema projections',
]

export const toAdmin: readonly string[] = [
  'select on events, event_requests, event_keys, event_counts, dead_letters, pipeline_offsets',
  'select on projection_states, projection_positions, forgotten_positions',
  'usage on schema projections',
  'select on all tables in schema projections',
]

async function grant(sql: Pick<Sql, 'unsafe'>, role: string, rights: readonly string[]) {
  const [facts] = await sql.unsafe<[Facts]>(aboutRole, [role])
  if (facts.actsAsOwner)
    throw new Error(
      `the role ${role} may do all that the owner may: grants would take nothing away`,
    )
  const statements = [
    'revoke all on all tables in schema public, projections from',
    'revoke all on all functions in schema public from',
    'revoke create on schema public from',
    'grant usage on schema public to',
    ...rights.map((right) => `grant ${right} to`),
    // Everybody has this, unless somebody took it away; then only the database's owner can give it.
    ...(facts.enters ? [] : [`grant connect, temporary on database ${quoted(facts.database)} to`]),
  ]
  for (const statement of statements) await sql.unsafe(`${statement} ${quoted(role)}`)
}

type Facts = { actsAsOwner: boolean; enters: boolean; database: string }

const aboutRole = `
  select pg_has_role($1, current_user, 'usage') as "actsAsOwner", current_database() as database,
         has_database_privilege($1, current_database(), 'connect')
           and has_database_privilege($1, current_database(), 'temporary') as enters`

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
