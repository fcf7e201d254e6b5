import type { Fault } from '../fault.ts'
import { kill } from '../kill.ts'

export const secondIngestKilled: Fault = {
  name: 'second-ingest-killed',
  about: 'of two ingests that share the load one gets kill -9; three seconds later another starts',
  doors: 2,
  recoversFrom: 'heal',
  apply: (target) => kill(target, 'second-ingest'),
  heal: (target) => target.start('second-ingest'),
}
