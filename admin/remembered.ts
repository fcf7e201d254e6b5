/**
 * Remembers what is costly to ask for a while. What is older than `freshMs` is still told at once while it is asked anew;
 * what is older than `oldMs`, or failed the last time, is waited for. Who asks at once shares one question.
 */
import type { Answer } from './outage.ts'

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
    const age = last === undefined ? Number.POSITIVE_INFINITY : now() - last.at
    if (last === undefined || age > oldMs) return await ask()
    if (age > freshMs) ask().catch(() => undefined) // whoever waits for it is told
    return last.answer
  }
}
