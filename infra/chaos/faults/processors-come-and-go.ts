import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../fault.ts'

const staysMs = 2_000
const times = 4

export const processorsComeAndGo: Fault = {
  name: 'processors-come-and-go',
  about: 'of two processors one leaves and another joins every two seconds, four times',
  processors: 2,
  holdMs: 0,
  recoversFrom: 'heal',
  async apply(target) {
    for (let time = 1; time < times; time++) {
      target.signal('second-processor', 'SIGTERM')
      await target.ended('second-processor')
      // How long each one stays is what the fault is.
      await pause(staysMs)
      await target.start('second-processor')
      await pause(staysMs)
    }
    target.signal('second-processor', 'SIGKILL')
    await target.ended('second-processor')
  },
  heal: (target) => target.start('second-processor'),
}
