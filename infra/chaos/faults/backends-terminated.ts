import type { Fault, Target } from '../fault.ts'

export const backendsTerminated: Fault = {
  name: 'backends-terminated',
  about: 'all backends of Postgres in the database are terminated, and three seconds later again',
  apply: terminate,
  heal: terminate,
}

async function terminate({ sql }: Target): Promise<void> {
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`
}
