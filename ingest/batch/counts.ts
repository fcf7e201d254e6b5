import type { Verdict } from '../verdict.ts'
import { isWorthRepeating } from './result.ts'

/** How many events had which kind of verdict, as a batch's answer counts them. */
export type Counts = Record<'accepted' | 'duplicates' | 'rejected' | 'retry', number>

export const noCounts = (): Counts => ({ accepted: 0, duplicates: 0, rejected: 0, retry: 0 })

export function count(counts: Counts, verdict: Verdict): void {
  if (verdict.kind === 'accepted') counts[verdict.duplicate ? 'duplicates' : 'accepted']++
  else counts[isWorthRepeating(verdict.code) ? 'retry' : 'rejected']++
}
