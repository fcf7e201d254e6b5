import type { Fault } from '../fault.ts'

export const tableLocked: Fault = {
  name: 'table-locked',
  about:
    'somebody locks the table of events exclusively for 60 seconds: longer than the processor waits for a statement',
  holdMs: 60_000,
  async apply({ sql }) {
    const somebody = await sql.reserve()
    await somebody`begin`
    await somebody`lock table events in access exclusive mode`
  },
  async heal({ sql }) {
    const ended = await sql`
      select pg_terminate_backend(pid) from pg_locks
       where relation = 'events'::regclass and mode = 'AccessExclusiveLock' and granted`
    if (ended.length !== 1) throw new Error(`${ended.length} sessions held the lock`)
  },
}
