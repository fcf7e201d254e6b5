import type { Fault } from '../fault.ts'
import { kill } from '../kill.ts'

export const redisEmptied: Fault = {
  name: 'redis-emptied',
  about: 'Redis gets kill -9; three seconds later it starts without its data',
  async apply(target) {
    await kill(target, 'redis')
    target.forget('redis')
  },
  heal: (target) => target.start('redis'),
}
