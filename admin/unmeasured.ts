/** What answers leave unknown: null for the fact, and one sentence for each reason. Pure. */
import type { Unmeasured } from '../views/facts.ts'
import type { Answer } from './outage.ts'

export const known = <T>(answer: Answer<T>): T | null => (answer.ok ? answer.value : null)

/** One entry for each reason, with all that it makes unknown. */
export function unmeasuredOf(answers: Readonly<Record<string, Answer<unknown>>>): Unmeasured[] {
  const byReason = new Map<string, string[]>()
  for (const [what, answer] of Object.entries(answers)) {
    if (answer.ok) continue
    const { why } = answer.outage
    byReason.set(why, [...(byReason.get(why) ?? []), what])
  }
  return [...byReason].map(([why, what]) => ({ what: what.join(', '), why }))
}
