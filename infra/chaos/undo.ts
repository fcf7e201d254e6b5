/**
 * What has to be undone whatever comes: last in, first out, each once. One that fails, or takes longer than `eachMs`,
 * keeps none of the others from being undone.
 */
import { setTimeout as pause } from 'node:timers/promises'

export type Undo = {
  add(act: () => unknown): void
  /** Undoes all that was added until now, behind what is being undone already; throws the first failure. */
  all(): Promise<void>
}

export function makeUndo(eachMs = 30_000): Undo {
  const acts: (() => unknown)[] = []
  let undoing: Promise<unknown> = Promise.resolve()

  const undoAll = async (): Promise<void> => {
    const failures: unknown[] = []
    for (let act = acts.pop(); act !== undefined; act = acts.pop())
      try {
        await within(eachMs, act)
      } catch (error) {
        failures.push(error)
      }
    if (failures.length > 0) throw failures[0]
  }

  return {
    add: (act) => void acts.push(act),
    all() {
      const all = undoing.then(undoAll)
      undoing = all.catch(() => undefined) // told to whoever asked for it
      return all
    },
  }
}

async function within(ms: number, act: () => unknown): Promise<void> {
  const patience = new AbortController()
  const late = pause(ms, undefined, { signal: patience.signal }).then(() => {
    throw new Error(`not undone within ${ms} ms`)
  })
  try {
    await Promise.race([act(), late])
  } finally {
    patience.abort()
    late.catch(() => undefined) // nobody waits for it any more
  }
}
