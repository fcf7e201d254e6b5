/**
 * Lets so many work at a time, in the order in which they ask: what each of them holds in memory while it works is bounded,
 * however many there are.
 */
export type Turns = {
  /** Runs the work when it is its turn; what comes of it is what comes of this. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export function makeTurns(atATime: number): Turns {
  let free = atATime
  const waiting: (() => void)[] = []

  const begin = (): Promise<void> => {
    if (free === 0) return new Promise((resolve) => void waiting.push(resolve))
    free--
    return Promise.resolve()
  }
  const end = () => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }

  return {
    async run(work) {
      await begin()
      try {
        return await work()
      } finally {
        end()
      }
    },
  }
}
