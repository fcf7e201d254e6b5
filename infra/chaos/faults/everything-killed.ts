import type { Fault, Victim } from '../fault.ts'
import { kill } from '../kill.ts'

/** As they start again: none finds what it needs. */
const upsideDown = [
  'admin',
  'processor',
  'ingest',
  'redis',
  'kafka',
  'postgres',
] as const satisfies Victim[]

export const everythingKilled: Fault = {
  name: 'everything-killed',
  about:
    'all services and stores get kill -9 at once, and start again upside down: the services first',
  holdMs: 2_000,
  recoversFrom: 'heal',
  apply: async (target) => void (await Promise.all(upsideDown.map((each) => kill(target, each)))),
  async heal(target) {
    for (const each of upsideDown) await target.start(each)
  },
}
