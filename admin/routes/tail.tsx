/** `/tail`: the events that were stored lately. `/live/tail`: those that are stored from now on. */
import { Hono } from 'hono'
import { type TailFound, TailPage, TailRows } from '../../views/tail.tsx'
import { eventsAnswer } from '../answers.ts'
import { eventStream } from '../event-stream.ts'
import type { FrameOf } from '../frame.ts'
import { listEvents, listedCharacters } from '../list-events.ts'
import { json, outage, page, problem, wantsJson } from '../represent.ts'
import { type SearchParameters, type SearchQuery, searchQueryOf } from '../search-query.ts'
import type { Store } from '../store.ts'
import type { Tail, TailDeps } from '../tail.ts'
import { type Lookup, parametersIn } from './lookup.ts'

const names = ['tenant', 'type', 'payload'] as const
const shownAtFirst = 25
const LATELY_MS = 15 * 60_000

export function tailRoutes(
  deps: {
    readonly store: Pick<Store, 'eventsBetween' | 'eventsBack'>
    readonly tail: Tail
    readonly frameOf: FrameOf
    readonly now: () => Date
  },
  config: Lookup,
) {
  return new Hono()
    .get('/tail', async (c) => {
      const now = deps.now()
      const given = parametersIn(c, names)
      const query = filterIn(given, now)
      const respond = (found: TailFound, status: 200 | 400 = 200) =>
        page(c, <TailPage given={given} found={found} now={now} frame={deps.frameOf(c)} />, status)
      if (query.by === 'invalid') {
        if (wantsJson(c)) return problem(c, 400, query.code, query.message)
        return respond({ invalid: query.message }, 400)
      }
      const range = { from: new Date(now.getTime() - LATELY_MS), to: undefined }
      const answer = await config.askStore(() =>
        listEvents(deps.store, query.filter, {
          ...{ range, limit: shownAtFirst, now },
          mostCharacters: wantsJson(c) ? undefined : listedCharacters,
        }),
      )
      if (wantsJson(c))
        return answer.ok ? json(c, eventsAnswer(answer.value)) : outage(c, answer.outage)
      return respond(answer.ok ? answer.value : { unknown: answer.outage.why })
    })
    .get('/live/tail', (c) => {
      const query = filterIn(parametersIn(c, names), deps.now())
      if (query.by === 'invalid') return problem(c, 400, query.code, query.message)
      return eventStream(c, (send) => deps.tail.follow(query.filter, send))
    })
}

/** Rows for the top of the list. */
export const writeRows: TailDeps['write'] = (events, now) =>
  String(<TailRows events={events} now={now} />)

type FilterQuery = Extract<SearchQuery, { by: 'filter' | 'invalid' }>

const filterIn = (given: SearchParameters, now: Date): FilterQuery =>
  searchQueryOf(given, now) as FilterQuery
