/**
 * `/admin/top-event-types`: the most frequent types of stored events, by time of receipt in whole minutes. A long time has
 * many minutes to be summed: what was asked is remembered, the longer the more it cost, for the last few lengths of time.
 */
import { Hono } from 'hono'
import type { TypeCount } from '../../views/facts.ts'
import type { Answer } from '../outage.ts'
import { makeRemembered } from '../remembered.ts'
import { json, outage, problem } from '../represent.ts'
import type { Store } from '../store.ts'
import { wholeNumberOf } from '../whole-number.ts'
import type { Lookup } from './lookup.ts'

const MINUTES_OF_30_DAYS = 43_200
const mostLengths = 8
/** Who asks names the time, and can name one that is never summed. */
const remembered = { freshMs: 10_000, oldMs: 30_000, cutOffMs: Number.POSITIVE_INFINITY }

type Types = { readonly eventTypes: readonly TypeCount[]; readonly measuredAt: Date }

export function topEventTypesRoutes(
  deps: { readonly store: Pick<Store, 'topEventTypes'>; readonly now: () => Date },
  { askStore }: Pick<Lookup, 'askStore'>,
) {
  const askers = new Map<number, () => Promise<Answer<Types>>>()

  const askerOf = (sinceMinutes: number) => {
    const known = askers.get(sinceMinutes)
    if (known) return known
    const asker = makeRemembered(
      () =>
        askStore(async () => {
          const measuredAt = deps.now()
          const since = new Date(measuredAt.getTime() - sinceMinutes * 60_000)
          return { eventTypes: await deps.store.topEventTypes(since, measuredAt), measuredAt }
        }),
      remembered,
    )
    for (const oldest of [...askers.keys()].slice(0, -(mostLengths - 1))) askers.delete(oldest)
    askers.set(sinceMinutes, asker)
    return asker
  }

  return new Hono().get('/admin/top-event-types', async (c) => {
    const range = { otherwise: 1440, most: MINUTES_OF_30_DAYS }
    const sinceMinutes = wholeNumberOf(c.req.query('sinceMinutes'), range)
    if (sinceMinutes === undefined)
      return problem(
        c,
        400,
        'INVALID_PARAMETER',
        `sinceMinutes must be a whole number from 1 to ${range.most}`,
      )
    const answer = await askerOf(sinceMinutes)()
    return answer.ok ? json(c, { sinceMinutes, ...answer.value }) : outage(c, answer.outage)
  })
}
