import type { Fault } from '../fault.ts'
import { resetOffsets } from '../offsets.ts'

export const offsetsReset: Fault = {
  name: 'offsets-reset',
  about: "the processor is stopped, its group's offsets go back to the beginning, and it starts",
  holdMs: 0,
  recoversFrom: 'heal',
  async apply(target) {
    target.signal('processor', 'SIGTERM')
    await target.ended('processor')
    await resetOffsets(target.kafka, target.topics.group, target.topics.raw)
  },
  heal: (target) => target.start('processor'),
}
