/** `/` and `/admin/overview`: whether everything is all right. A refreshing page gets its main part alone. */
import { Hono } from 'hono'
import type { Overview } from '../../views/facts.ts'
import type { AssetUrls } from '../../views/layout.tsx'
import { OverviewMain, OverviewPage } from '../../views/overview.tsx'
import { json, page, wantsJson } from '../represent.ts'

export function overviewRoutes(deps: {
  readonly measureOverview: () => Promise<Overview>
  readonly assets: AssetUrls
}) {
  return new Hono().on('GET', ['/', '/admin/overview'], async (c) => {
    const overview = await deps.measureOverview()
    if (wantsJson(c)) return json(c, overview)
    if (c.req.header('hx-request') === 'true') return page(c, <OverviewMain overview={overview} />)
    return page(c, <OverviewPage overview={overview} assets={deps.assets} />)
  })
}
