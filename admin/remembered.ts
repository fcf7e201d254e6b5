/**
 * Remembers what is costly to ask, the longer the more it costs: twenty times what it took, `freshMs` at the most. What
 * is older is still told at once while it is asked anew, unless asking is quick; what is older than `oldMs`, or could not be
 * asked the last time, is waited for. What was cut off for its time is not asked again for twenty times what it took. Who asks at once
 * shares one question.
 */
import type { Answer } from './outage.ts'
import { shared } from './shared.ts'

/** Then asking takes a twentieth of the time, however often a page is looked at. */
const timesTheCost = 20
/** Nobody minds waiting for so long. */
const quickMs = 50

type Told<T> = { readonly answer: Answer<T>; readonly at: number }

export function makeRemembered<T>(
  question: () => Promise<Answer<T>>,
  { freshMs, oldMs }: { readonly freshMs: number; readonly oldMs: number },
  now: () => number = () => performance.now(),
): () => Promise<Answer<T>> {
  let last: Told<T> | undefined

  const ask = shared(async () => {
    const answer = await question()
    last = answer.ok || answer.isCutOff ? { answer, at: now() } : undefined
    return answer
  })

  return async () => {
    if (last === undefined) return await ask()
    const { answer, at } = last
    const age = now() - at
    const worthIt = timesTheCost * answer.ms
    if (!answer.ok) return age <= worthIt ? answer : await ask()
    const isFresh = age <= Math.min(freshMs, worthIt)
    if (age > oldMs || (!isFresh && answer.ms < quickMs)) return await ask()
    if (!isFresh) ask().catch(() => undefined) // whoever waits for it is told
    return answer
  }
}
