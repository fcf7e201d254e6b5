import type { Fault } from '../fault.ts'
import { kill } from '../kill.ts'

export const ingestKilled: Fault = {
  name: 'ingest-killed',
  about: 'ingest gets kill -9; three seconds later another starts on its port',
  recoversFrom: 'heal',
  apply: (target) => kill(target, 'ingest'),
  heal: (target) => target.start('ingest'),
}
