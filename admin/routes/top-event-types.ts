/** `/admin/top-event-types`: the most frequent types of stored events, by time of receipt in whole minutes. */
import { Hono } from 'hono'
import { json, outage, problem } from '../represent.ts'
import type { Store } from '../store.ts'
import { wholeNumberOf } from '../whole-number.ts'
import type { Lookup } from './lookup.ts'

const MINUTES_OF_30_DAYS = 43_200

export function topEventTypesRoutes(
  deps: { readonly store: Pick<Store, 'topEventTypes'>; readonly now: () => Date },
  { askStore }: Pick<Lookup, 'askStore'>,
) {
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
    const measuredAt = deps.now()
    const since = new Date(measuredAt.getTime() - sinceMinutes * 60_000)
    const answer = await askStore(() => deps.store.topEventTypes(since, measuredAt))
    if (!answer.ok) return outage(c, answer.outage)
    return json(c, { sinceMinutes, eventTypes: answer.value, measuredAt })
  })
}
