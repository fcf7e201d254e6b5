import type { Redis } from './redis.ts'

type Script = Parameters<Redis['run']>[0]

export type RedisObserver = {
  /** A script was called; `none` is no answer in time, or none to be expected so that nothing was asked. */
  called(script: Script, outcome: 'answered' | 'none', seconds: number): void
  /** Redis was told what became of so many claims. */
  told(what: 'confirmed' | 'released', claims: number, heard: boolean): void
}

/** The same connection; each call of a script is observed. */
export function observedRedis(redis: Redis, observer: RedisObserver): Redis {
  return {
    ...redis,
    async run(script, keys, values) {
      const started = performance.now()
      const reply = await redis.run(script, keys, values)
      const heard = reply.is === 'answer'
      const seconds = (performance.now() - started) / 1000
      observer.called(script, heard ? 'answered' : 'none', seconds)
      if (script === 'confirm') observer.told('confirmed', keys.length, heard)
      else if (script === 'release') observer.told('released', keys.length, heard)
      return reply
    },
  }
}
