/**
 * Remembers what is costly to ask, the longer the more it costs: twenty times what it took, `freshMs` at the most. What
 * is older is still told at once while it is asked anew, unless asking is quick; what is older than `oldMs`, or failed the
 * last time, is waited for. Who asks at once shares one question.
 */
import type { Answer } from './outage.ts'

/** Then asking takes a twentieth of the time, however often a page is looked at. */
const timesTheCost = 20
/** Nobody minds waiting for so long. */
const quickMs = 50

export function makeRemembered<T>(
  question: () => Promise<Answer<T>>,
  { freshMs, oldMs }: { readonly freshMs: number; readonly oldMs: number },
  now: () => number = () => performance.now(),
): () => Promise<Answer<T>> {
  let last: { readonly answer: Answer<T>; readonly at: number } | undefined
  let asking: Promise<Answer<T>> | undefined

  const ask = () => {
    asking ??= question()
      .then((answer) => {
        last = answer.ok ? { answer, at: now() } : undefined
        return answer
      })
      .finally(() => {
        asking = undefined
      })
    return asking
  }

  return async () => {
    if (last === undefined) return await ask()
    const age = now() - last.at
    const { ms } = last.answer
    const isFresh = age <= Math.min(freshMs, timesTheCost * ms)
    if (age > oldMs || (!isFresh && ms < quickMs)) return await ask()
    if (!isFresh) ask().catch(() => undefined) // whoever waits for it is told
    return last.answer
  }
}
