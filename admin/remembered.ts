/**
 * Remembers what is costly to ask, the longer the more it costs: twenty times what it took, `freshMs` at the most. What
 * is older is still told at once while it is asked anew, unless asking is quick; what is older than `oldMs`, or could not be
 * asked the last time, is waited for. What was cut off for its time is not asked again for twenty times what it took,
 * `cutOffMs` at the most: meanwhile what was known before is told, until it is older than `oldMs`. Who asks at once shares
 * one question.
 */
import type { Answer } from './outage.ts'
import { shared } from './shared.ts'

/** Then asking takes a twentieth of the time, however often a page is looked at. */
const timesTheCost = 20
/** Nobody minds waiting for so long. */
const quickMs = 50

type Told<T> = { readonly answer: Answer<T>; readonly at: number }

type Ages = {
  readonly freshMs: number
  readonly oldMs: number
  /** `oldMs` unless given: a stall of the moment is not told for longer than what was known before it. */
  readonly cutOffMs?: number
}

export function makeRemembered<T>(
  question: () => Promise<Answer<T>>,
  { freshMs, oldMs, cutOffMs = oldMs }: Ages,
  now: () => number = () => performance.now(),
): () => Promise<Answer<T>> {
  let known: Told<T> | undefined
  let cutOff: Told<T> | undefined

  /** Whether it is younger than twenty times its cost, and than `mostMs`. */
  const isWithin = (mostMs: number, { answer, at }: Told<T>) =>
    now() - at <= Math.min(mostMs, timesTheCost * answer.ms)
  const isOld = ({ at }: Told<T>) => now() - at > oldMs

  const ask = shared(async () => {
    const answer = await question()
    const told = { answer, at: now() }
    cutOff = !answer.ok && answer.isCutOff ? told : undefined
    if (answer.ok) known = told
    else if (cutOff === undefined || (known && isOld(known))) known = undefined
    return known?.answer ?? answer
  })

  return async () => {
    const rests = cutOff && isWithin(cutOffMs, cutOff) ? cutOff : undefined
    if (known === undefined) return rests?.answer ?? (await ask())
    if (isOld(known)) return await ask()
    const { answer } = known
    if (rests || isWithin(freshMs, known)) return answer
    if (answer.ms < quickMs) return await ask()
    ask().catch(() => undefined) // whoever waits for it is told
    return answer
  }
}
