import type { Fault } from '../fault.ts'

export const processorFrozen: Fault = {
  name: 'processor-frozen',
  about: 'the processor is frozen (SIGSTOP) for 20 seconds',
  holdMs: 20_000,
  apply: async (target) => target.signal('processor', 'SIGSTOP'),
  heal: async (target) => target.signal('processor', 'SIGCONT'),
}
