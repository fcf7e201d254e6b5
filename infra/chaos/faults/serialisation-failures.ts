import type { Fault } from '../fault.ts'

export const serialisationFailures: Fault = {
  name: 'serialisation-failures',
  about: 'for ten seconds Postgres ends two of three stores with a serialisation failure (40001)',
  holdMs: 10_000,
  async apply({ sql }) {
    await sql.unsafe(`
      create sequence failures;
      create function fail_often() returns trigger language plpgsql as $$
      begin
        if random() < 2.0 / 3 then
          perform nextval('failures');
          raise serialization_failure;
        end if;
        return null;
      end
      $$;
      create trigger fail_often before insert on event_keys execute function fail_often()`)
  },
  async heal({ sql }) {
    await sql`drop trigger fail_often on event_keys`
    const [failures] = await sql<{ is_called: boolean }[]>`select is_called from failures`
    if (!failures?.is_called) throw new Error('no store failed: nothing was broken')
  },
}
