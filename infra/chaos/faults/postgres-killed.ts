import type { Fault } from '../fault.ts'
import { kill } from '../kill.ts'

export const postgresKilled: Fault = {
  name: 'postgres-killed',
  about: 'Postgres gets kill -9; three seconds later it starts with its data',
  apply: (target) => kill(target, 'postgres'),
  heal: (target) => target.start('postgres'),
}
