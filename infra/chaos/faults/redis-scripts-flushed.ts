import type { Fault, Target } from '../fault.ts'

export const redisScriptsFlushed: Fault = {
  name: 'redis-scripts-flushed',
  about: 'Redis forgets its scripts, and three seconds later again',
  apply: flush,
  heal: flush,
}

async function flush({ redis }: Target): Promise<void> {
  const operator = new Bun.RedisClient(redis)
  await operator.send('SCRIPT', ['FLUSH'])
  operator.close()
}
