import type { Fault } from '../fault.ts'
import { kill } from '../kill.ts'

export const adminKilled: Fault = {
  name: 'admin-killed',
  about: 'the admin gets kill -9; three seconds later another starts',
  recoversFrom: 'heal',
  apply: (target) => kill(target, 'admin'),
  heal: (target) => target.start('admin'),
}
