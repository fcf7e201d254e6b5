/**
 * `/dlq`: dead letters by what is wrong with them, and a list that can be narrowed. `/admin/dlq/sample`: the newest with
 * their whole originals. `/dlq.ndjson`: all that fit, one a line, whole.
 */
import { Hono } from 'hono'
import { DeadLettersPage, type LettersFound } from '../../views/dead-letters.tsx'
import type { Outage } from '../../views/facts.ts'
import { deadLettersAnswer, lettersAnswer } from '../answers.ts'
import { exportLetters } from '../export-letters.ts'
import type { FrameOf } from '../frame.ts'
import { type LetterQuery, letterParameters, letterQueryOf } from '../letter-query.ts'
import { listLetters } from '../list-events.ts'
import { makeRemembered } from '../remembered.ts'
import { json, outage, page, problem, wantsJson } from '../represent.ts'
import { type Store, WHOLE } from '../store.ts'
import { known } from '../unmeasured.ts'
import { wholeNumberOf } from '../whole-number.ts'
import { type Lookup, parametersIn } from './lookup.ts'

const MOST_SAMPLED = 200
const LIMIT_MESSAGE = `limit must be a whole number from 1 to ${MOST_SAMPLED}`
const HOUR_MS = 3_600_000
const spans = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 } as const
type Span = keyof typeof spans
const usualSpan = '7d'
const remembered = { freshMs: 10_000, oldMs: 30_000 }

export function deadLetterRoutes(
  deps: {
    readonly store: Pick<
      Store,
      'newestDeadLetters' | 'lettersBetween' | 'lettersBack' | 'letterClusters'
    >
    readonly frameOf: FrameOf
    readonly now: () => Date
  },
  config: Lookup,
) {
  const { store } = deps
  const { askStore, previewBytes } = config
  /** They do not depend on the filter: a click on one counts no letter again. */
  const clustersOf = (hours: number) =>
    makeRemembered(() => {
      const now = deps.now()
      const since = new Date(now.getTime() - hours * HOUR_MS)
      return askStore(() => store.letterClusters(since, now))
    }, remembered)
  const askClusters = Object.fromEntries(
    Object.entries(spans).map(([span, hours]) => [span, clustersOf(hours)]),
  ) as Record<Span, ReturnType<typeof clustersOf>>

  const look = async (
    query: Extract<LetterQuery, { is: 'list' }>,
    span: Span,
    now: Date,
  ): Promise<Exclude<LettersFound, { invalid: string } | { unknown: string }> | Outage> => {
    const { filter, range, limit } = query
    const wanted = { range, limit, now, mostBytes: previewBytes }
    const [list, clusters] = await Promise.all([
      askStore(() => listLetters(store, filter, wanted)),
      // They are on the first page, and what follows is put below it.
      filter.before ? undefined : askClusters[span](),
    ])
    if (!list.ok) return list.outage
    return { list: list.value, clusters: clusters && known(clusters), span }
  }

  return new Hono()
    .get('/admin/dlq/sample', async (c) => {
      const range = { otherwise: 20, most: MOST_SAMPLED }
      const limit = wholeNumberOf(c.req.query('limit'), range)
      if (limit === undefined) return problem(c, 400, 'INVALID_PARAMETER', LIMIT_MESSAGE)
      const answer = await askStore(() => store.newestDeadLetters(limit, WHOLE))
      return answer.ok ? json(c, deadLettersAnswer(answer.value)) : outage(c, answer.outage)
    })
    .get('/dlq.ndjson', (c) => {
      const query = letterQueryOf(parametersIn(c, letterParameters), deps.now())
      if (query.is === 'invalid') return problem(c, 400, 'INVALID_PARAMETER', query.message)
      c.header('Content-Type', 'application/x-ndjson; charset=utf-8')
      c.header('Content-Disposition', 'attachment; filename="dead-letters.ndjson"')
      return c.body(exportLetters(store, query.filter, query.range, deps.now()))
    })
    .get('/dlq', async (c) => {
      const now = deps.now()
      const given = { ...parametersIn(c, letterParameters), span: c.req.query('span') }
      const query = letterQueryOf(given, now)
      const props = { given, now, frame: deps.frameOf(c) }
      if (query.is === 'invalid') {
        if (wantsJson(c)) return problem(c, 400, 'INVALID_PARAMETER', query.message)
        return page(c, <DeadLettersPage {...props} found={{ invalid: query.message }} />, 400)
      }
      const found = await look(query, spanIn(given.span), now)
      const isOutage = 'why' in found
      if (wantsJson(c)) return isOutage ? outage(c, found) : json(c, lettersAnswer(found))
      return page(
        c,
        <DeadLettersPage {...props} found={isOutage ? { unknown: found.why } : found} />,
      )
    })
}

const spanIn = (text: string | undefined): Span =>
  text !== undefined && Object.hasOwn(spans, text) ? (text as Span) : usualSpan
