import type { Fault } from '../fault.ts'

export const redisFrozen: Fault = {
  name: 'redis-frozen',
  about: 'Redis is frozen (SIGSTOP) for 20 seconds',
  holdMs: 20_000,
  apply: async (target) => target.signal('redis', 'SIGSTOP'),
  heal: async (target) => target.signal('redis', 'SIGCONT'),
}
