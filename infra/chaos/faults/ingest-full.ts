import type { Fault } from '../fault.ts'

export const ingestFull: Fault = {
  name: 'ingest-full',
  about: 'ingest has room for 100 events, and Kafka is frozen (SIGSTOP) for 8 seconds',
  holdMs: 8_000,
  ingest: { MAX_IN_FLIGHT: '100' },
  apply: async (target) => target.signal('kafka', 'SIGSTOP'),
  heal: async (target) => target.signal('kafka', 'SIGCONT'),
}
