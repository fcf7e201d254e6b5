import type { Fault } from '../fault.ts'
import { kill } from '../kill.ts'

export const processorKilled: Fault = {
  name: 'processor-killed',
  about: 'the processor gets kill -9; three seconds later another starts',
  recoversFrom: 'heal',
  apply: (target) => kill(target, 'processor'),
  heal: (target) => target.start('processor'),
}
