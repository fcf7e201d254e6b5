/** `/` and `/admin/overview`: whether everything is all right. */
import { Hono } from 'hono'
import type { Overview } from '../../views/facts.ts'
import type { AssetUrls } from '../../views/layout.tsx'
import { OverviewMain, OverviewPage } from '../../views/overview.tsx'
import { livePage } from '../represent.ts'

export function overviewRoutes(deps: {
  readonly measureOverview: () => Promise<Overview>
  readonly assets: AssetUrls
}) {
  return new Hono().on('GET', ['/', '/admin/overview'], async (c) => {
    const overview = await deps.measureOverview()
    return livePage(c, overview, {
      main: () => <OverviewMain overview={overview} />,
      whole: () => <OverviewPage overview={overview} assets={deps.assets} />,
    })
  })
}
