/** `/dlq` and `/admin/dlq/sample`: the newest dead letters. JSON carries whole originals, a page their beginning. */
import { Hono } from 'hono'
import { DeadLettersPage } from '../../views/dead-letters.tsx'
import type { AssetUrls } from '../../views/layout.tsx'
import { deadLettersAnswer } from '../answers.ts'
import { ask } from '../outage.ts'
import { json, outage, page, problem, wantsJson } from '../represent.ts'
import type { Store } from '../store.ts'
import { wholeNumberOf } from '../whole-number.ts'

export type LookupConfig = {
  readonly storeDeadlineMs: number
  /** Bytes of each original that a page shows. */
  readonly previewBytes: number
}

export const WHOLE = 64 * 1024 * 1024
const MOST_LETTERS = 200

export function deadLetterRoutes(
  deps: {
    readonly store: Pick<Store, 'newestDeadLetters'>
    readonly assets: AssetUrls
    readonly now: () => Date
  },
  config: LookupConfig,
) {
  return new Hono().on('GET', ['/dlq', '/admin/dlq/sample'], async (c) => {
    const asJson = wantsJson(c)
    const limit = wholeNumberOf(c.req.query('limit'), { otherwise: 20, most: MOST_LETTERS })
    if (limit === undefined && asJson) return problem(c, 400, 'INVALID_PARAMETER', LIMIT_MESSAGE)
    const props = { assets: deps.assets, now: deps.now() }
    if (limit === undefined)
      return page(c, <DeadLettersPage {...props} found={{ invalid: LIMIT_MESSAGE }} />, 400)
    const mostBytes = asJson ? WHOLE : config.previewBytes
    const answer = await ask('PostgreSQL', config.storeDeadlineMs, () =>
      deps.store.newestDeadLetters(limit, mostBytes),
    )
    if (asJson)
      return answer.ok ? json(c, deadLettersAnswer(answer.value)) : outage(c, answer.outage)
    const found = answer.ok ? answer.value : { unknown: answer.outage.why }
    return page(c, <DeadLettersPage {...props} found={found} />)
  })
}

const LIMIT_MESSAGE = `limit must be a whole number from 1 to ${MOST_LETTERS}`
