/** A verdict about a partition, in the words of the field. */

import { Badge, type Tone } from './facts-shown.tsx'
import type { Verdict } from './pipeline-facts.ts'

const shown: Readonly<Record<Verdict, { tone: Tone; text: string }>> = {
  ok: { tone: 'good', text: 'OK' },
  warning: { tone: 'warn', text: 'WARNING' },
  stopped: { tone: 'bad', text: 'STOPPED' },
  stalled: { tone: 'bad', text: 'STALLED' },
  unknown: { tone: 'warn', text: 'unknown' },
}

export const VerdictBadge = ({ verdict }: { verdict: Verdict }) => (
  <Badge tone={shown[verdict].tone}>{shown[verdict].text}</Badge>
)

const order: readonly Verdict[] = ['stopped', 'stalled', 'warning', 'unknown', 'ok']

/** The worst of all: what one word about the whole says. */
export const worstOf = (verdicts: readonly Verdict[]): Verdict =>
  order.find((verdict) => verdicts.includes(verdict)) ?? 'unknown'
