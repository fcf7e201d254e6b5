import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { grantRoles, toAdmin, toProcessor } from './grants.ts'
import { testAddresses } from './harness/addresses.ts'
import { freshRoles, type RolesOfTest } from './harness/roles.ts'
import { openSql, type Sql, withSql } from './sql.ts'

let roles: RolesOfTest
let as: Record<'owner' | 'processor' | 'admin', Sql>
beforeAll(async () => {
  roles = await freshRoles()
  const { owner, processor, admin } = roles.url
  as = { owner: openSql(owner), processor: openSql(processor), admin: openSql(admin) }
})
afterAll(async () => {
  await Promise.all(Object.values(as).map((sql) => sql.end()))
  await roles.drop()
})

const denied = { code: '42501' }
const run = (sql: Sql, statement: string) => sql.unsafe(statement).execute()

describe('the processor', () => {
  test.each([
    'delete from events',
    'update events set payload = payload',
    'delete from event_keys',
    "update event_keys set idempotency_key = ''",
    'truncate event_keys',
    'delete from dead_letters',
    "update dead_letters set idempotency_key = ''",
    'delete from pipeline_offsets',
    'drop table event_counts',
    'create table mine (n int)',
    'alter table events disable trigger all',
    'select * from schema_version',
  ])('may not %s', async (statement) => {
    await expect(run(as.processor, statement)).rejects.toMatchObject(denied)
  })

  test('deletes what is old by functions that refuse what is young', async () => {
    await run(as.processor, "select ensure_day(current_date), drop_oldest_day('events', 1)")
    await run(as.processor, "select trim_event_keys(90, '-infinity', 10)")
    const tooYoung = run(as.processor, "select trim_event_keys(1, '-infinity', 10)")
    await expect(tooYoung).rejects.toMatchObject({ code: '22023' })
  })

  test('cannot lead a function that runs as the owner to a table of its own', async () => {
    await run(as.processor, 'create temporary table event_keys (received_at timestamptz)')
    await run(as.processor, "insert into event_keys values (now() - interval '99 days')")
    await run(as.processor, "select trim_event_keys(90, '-infinity', 10)")
    const [left] = await run(as.processor, 'select count(*)::int from pg_temp.event_keys')
    expect(left?.count).toBe(1)
  })
})

describe('the admin', () => {
  test.each([
    'events',
    'event_requests',
    'event_keys',
    'event_counts',
    'dead_letters',
    'pipeline_offsets',
  ])('reads %s, and changes nothing in it', async (table) => {
    expect(await run(as.admin, `select count(*)::int from ${table}`)).toHaveLength(1)
    for (const statement of [`delete from ${table}`, `insert into ${table} default values`])
      await expect(run(as.admin, statement)).rejects.toMatchObject(denied)
  })

  test.each([
    'ensure_day(current_date)',
    "drop_oldest_day('events', 1)",
    "trim_event_keys(90, '-infinity', 1)",
  ])('may not call %s', async (call) => {
    await expect(run(as.admin, `select ${call}`)).rejects.toMatchObject(denied)
  })
})

test('every table and function of the schema is spoken of', async () => {
  const names = await run(
    as.owner,
    `select relname::text as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
     union select proname from pg_proc where pronamespace = 'public'::regnamespace`,
  )
  const nobodys = [
    'schema_version: the owner alone',
    'note_event_batch, forget_positions: triggers',
    'dropped_days: drop_oldest_day, and the owner, who rebuilds projections',
  ]
  const spokenOf = [...toProcessor, ...toAdmin, ...nobodys].join(' ')
  for (const { name } of names) expect(spokenOf).toMatch(new RegExp(`\\b${name}\\b`))
})

test('what a role was given besides is taken away', async () => {
  await run(as.owner, `grant delete on events to ${roles.role.processor}`)
  const granted = { processorRole: roles.role.processor }
  expect(await grantRoles(roles.url.owner, granted)).toEqual([roles.role.processor])
  await expect(run(as.processor, 'delete from events')).rejects.toMatchObject(denied)
})

test('a database that not everybody may enter lets the roles in', async () => {
  const [{ name } = { name: '' }] = await run(as.owner, 'select current_database() as name')
  await run(as.owner, `revoke all on database ${name} from public`)
  await expect(withSql(roles.url.admin, (sql) => sql`select 1`)).rejects.toMatchObject(denied)
  await grantRoles(roles.url.owner, { adminRole: roles.role.admin })
  expect(await withSql(roles.url.admin, (sql) => sql`select 1 as n`)).toHaveLength(1)
  await run(as.owner, `grant connect, temporary on database ${name} to public`)
})

test.each(['owner', 'superuser'])(
  'grants to the %s would take nothing away, and are refused',
  async (who) => {
    const superuser = new URL(testAddresses().postgres).username
    const processorRole = who === 'owner' ? roles.role.owner : superuser
    await expect(grantRoles(roles.url.owner, { processorRole })).rejects.toThrow(
      'may do all that the owner may',
    )
  },
)

test('a role that is missing is named', async () => {
  await expect(grantRoles(roles.url.owner, { adminRole: 'nobody_here' })).rejects.toThrow(
    'nobody_here',
  )
})
