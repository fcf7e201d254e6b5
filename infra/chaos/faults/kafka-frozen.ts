import type { Fault } from '../fault.ts'

export const kafkaFrozen: Fault = {
  name: 'kafka-frozen',
  about: 'Kafka is frozen (SIGSTOP) for 20 seconds',
  holdMs: 20_000,
  apply: async (target) => target.signal('kafka', 'SIGSTOP'),
  heal: async (target) => target.signal('kafka', 'SIGCONT'),
}
