import type { Fault, Target } from '../fault.ts'

export const redisFull: Fault = {
  name: 'redis-full',
  about: 'Redis has no memory left (maxmemory, noeviction) for 5 seconds',
  holdMs: 5_000,
  async apply(target) {
    target.undo.add(() => limitMemory(target, '0'))
    await limitMemory(target, '1')
  },
  heal: ({ undo }) => undo.all(),
}

async function limitMemory({ redis }: Target, bytes: string): Promise<void> {
  const operator = new Bun.RedisClient(redis)
  await operator.send('CONFIG', ['SET', 'maxmemory', bytes])
  operator.close()
}
