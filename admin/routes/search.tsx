/**
 * `/search`, `/admin/event/search` and `/admin/event/by-idempotency`: where an event is. An event id finds everything
 * that carries it; an idempotency key tells the key's fate; anything else narrows the list of events.
 */
import { type Context, Hono } from 'hono'
import type { Key } from '../../views/record-facts.ts'
import { type SearchFound, SearchPage } from '../../views/search.tsx'
import { eventsAnswer, fateAnswer, keysAnswer, matchesAnswer } from '../answers.ts'
import { fateOf } from '../fate.ts'
import type { FrameOf } from '../frame.ts'
import { listEvents, listedCharacters } from '../list-events.ts'
import { json, outage, page, problem, wantsJson } from '../represent.ts'
import { type SearchQuery, searchParameters, searchQueryOf } from '../search-query.ts'
import { type Store, WHOLE } from '../store.ts'
import { type Lookup, parametersIn } from './lookup.ts'

const listedEvents = 50
/** Whose keys are looked through for what might be one. */
const mostTenants = 100

type Looked = SearchFound | { readonly kind: 'go'; readonly to: string }

export function searchRoutes(
  deps: {
    readonly store: Pick<
      Store,
      'matches' | 'keyRecords' | 'eventsBetween' | 'eventsBack' | 'tenants' | 'tenantsOfKey'
    >
    readonly frameOf: FrameOf
    readonly now: () => Date
  },
  config: Lookup,
) {
  const { store } = deps
  const find = async (
    query: Exclude<SearchQuery, { by: 'invalid' }>,
    mostBytes: number,
  ): Promise<Looked> => {
    switch (query.by) {
      case 'event-id':
        return {
          kind: 'matches',
          matches: await store.matches([query.tenantId], query.eventId, mostBytes),
          keys: [],
          onlyTenants: undefined,
        }
      case 'key': {
        const { tenantId, idempotencyKey } = query
        const records = await store.keyRecords(tenantId, idempotencyKey, mostBytes)
        return { kind: 'fate', fate: fateOf(tenantId, idempotencyKey, records) }
      }
      case 'request':
        return { kind: 'go', to: `/events/${encodeURIComponent(query.requestId)}` }
      case 'text':
        return await findText(query, mostBytes)
      case 'filter': {
        const now = deps.now()
        const mostCharacters = mostBytes === WHOLE ? undefined : listedCharacters
        const wanted = { range: query.range, limit: listedEvents, now, mostCharacters }
        return { kind: 'list', list: await listEvents(store, query.filter, wanted), now }
      }
    }
  }

  /** Events with this id, and keys of this name, of whatever tenant; all of a key when there is nothing else. */
  const findText = async (
    { text, tenantId }: Extract<SearchQuery, { by: 'text' }>,
    mostBytes: number,
  ): Promise<Looked> => {
    const known = tenantId === undefined ? await store.tenants(mostTenants + 1) : [tenantId]
    const tenants = known.slice(0, mostTenants)
    const onlyTenants = known.length > mostTenants ? mostTenants : undefined
    const [matches, named] = await Promise.all([
      store.matches(tenants, text, mostBytes),
      store.tenantsOfKey(tenants, text),
    ])
    const shown = [...matches.events, ...matches.deadLetters]
    const keys = named
      .map((id): Key => ({ tenantId: id, idempotencyKey: text }))
      .filter((key) => !shown.some((one) => isSameKey(one, key)))
    const [key, ...others] = keys
    if (shown.length > 0 || key === undefined || others.length > 0 || onlyTenants !== undefined)
      return { kind: 'matches', matches, keys, onlyTenants }
    const records = await store.keyRecords(key.tenantId, text, mostBytes)
    return { kind: 'fate', fate: fateOf(key.tenantId, text, records) }
  }

  const look = async (query: SearchQuery, mostBytes: number): Promise<Looked> => {
    if (query.by === 'invalid') return { kind: 'invalid', ...query }
    const answer = await config.askStore(() => find(query, mostBytes))
    return answer.ok ? answer.value : { kind: 'unknown', outage: answer.outage }
  }

  const answerJson = (c: Context, found: Looked) => {
    switch (found.kind) {
      case 'matches':
        return json(c, { ...matchesAnswer(found.matches), ...keysAnswer(found) })
      case 'fate':
        return json(c, fateAnswer(found.fate))
      case 'list':
        return json(c, eventsAnswer(found.list))
      case 'unknown':
        return outage(c, found.outage)
      case 'go':
        return c.redirect(found.to, 303)
      case 'invalid':
        return problem(c, 400, found.code, found.message)
    }
  }

  /** One of the seed's paths: both parameters are required. */
  const answerOne = async (c: Context, wanted: 'eventId' | 'idempotencyKey') => {
    const query = searchQueryOf(parametersIn(c, ['tenant', wanted]), deps.now())
    const isMissing = query.by !== 'event-id' && query.by !== 'key' && query.by !== 'invalid'
    if (isMissing || (query.by === 'invalid' && query.code === 'MISSING_PARAMETER'))
      return problem(c, 400, 'MISSING_PARAMETER', `tenant and ${wanted} are required`)
    return answerJson(c, await look(query, WHOLE))
  }

  return new Hono()
    .get('/admin/event/search', (c) => answerOne(c, 'eventId'))
    .get('/admin/event/by-idempotency', (c) => answerOne(c, 'idempotencyKey'))
    .get('/search', async (c) => {
      const given = parametersIn(c, searchParameters)
      const query = searchQueryOf(given, deps.now())
      if (wantsJson(c)) return answerJson(c, await look(query, WHOLE))
      const found = await look(query, config.previewBytes)
      if (found.kind === 'go') return c.redirect(found.to, 303)
      const props = { given, found, frame: deps.frameOf(c) }
      return page(c, <SearchPage {...props} />, found.kind === 'invalid' ? 400 : 200)
    })
}

const isSameKey = (a: Key, b: Key): boolean =>
  a.tenantId === b.tenantId && a.idempotencyKey === b.idempotencyKey
