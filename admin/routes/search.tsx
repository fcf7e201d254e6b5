/**
 * `/search`, `/admin/event/search` and `/admin/event/by-idempotency`: where an event is. An event id finds everything
 * that carries it; an idempotency key tells the key's fate.
 */
import { type Context, Hono } from 'hono'
import type { AssetUrls } from '../../views/layout.tsx'
import { type SearchFound, SearchPage } from '../../views/search.tsx'
import { fateAnswer, matchesAnswer } from '../answers.ts'
import { fateOf } from '../fate.ts'
import { ask } from '../outage.ts'
import { json, outage, page, problem, wantsJson } from '../represent.ts'
import { type SearchParameters, type SearchQuery, searchQueryOf } from '../search-query.ts'
import type { Store } from '../store.ts'
import { type LookupConfig, WHOLE } from './dead-letters.tsx'

export function searchRoutes(
  deps: {
    readonly store: Pick<Store, 'matches' | 'keyRecords'>
    readonly assets: AssetUrls
  },
  config: LookupConfig,
) {
  const look = async (query: SearchQuery, mostBytes: number): Promise<SearchFound> => {
    if (query.by === 'nothing') return { kind: 'nothing-asked' }
    if (query.by === 'invalid') return { kind: 'invalid', ...query }
    const answer = await ask('PostgreSQL', config.storeDeadlineMs, async () => {
      const { tenantId } = query
      if (query.by === 'event-id')
        return {
          kind: 'matches',
          matches: await deps.store.matches(tenantId, query.eventId, mostBytes),
        } as const
      const records = await deps.store.keyRecords(tenantId, query.idempotencyKey, mostBytes)
      return { kind: 'fate', fate: fateOf(tenantId, query.idempotencyKey, records) } as const
    })
    return answer.ok ? answer.value : { kind: 'unknown', outage: answer.outage }
  }

  const answerJson = async (c: Context, given: SearchParameters, required: string) => {
    const found = await look(searchQueryOf(given), WHOLE)
    if (found.kind === 'matches') return json(c, matchesAnswer(found.matches))
    if (found.kind === 'fate') return json(c, fateAnswer(found.fate))
    if (found.kind === 'unknown') return outage(c, found.outage)
    if (found.kind === 'invalid' && found.code === 'INVALID_PARAMETER')
      return problem(c, 400, found.code, found.message)
    return problem(c, 400, 'MISSING_PARAMETER', `${required} are required`)
  }

  return new Hono()
    .get('/admin/event/search', (c) =>
      answerJson(c, parameters(c, 'eventId'), 'tenant and eventId'),
    )
    .get('/admin/event/by-idempotency', (c) =>
      answerJson(c, parameters(c, 'idempotencyKey'), 'tenant and idempotencyKey'),
    )
    .get('/search', async (c) => {
      const given = parameters(c, 'eventId', 'idempotencyKey')
      if (wantsJson(c)) return answerJson(c, given, 'tenant and one of eventId and idempotencyKey')
      const found = await look(searchQueryOf(given), config.previewBytes)
      return page(
        c,
        <SearchPage given={given} found={found} assets={deps.assets} />,
        found.kind === 'invalid' ? 400 : 200,
      )
    })
}

const parameters = (c: Context, ...names: ('eventId' | 'idempotencyKey')[]): SearchParameters =>
  Object.fromEntries(['tenant' as const, ...names].map((name) => [name, c.req.query(name)]))
