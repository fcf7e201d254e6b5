/** `/` and `/admin/overview`: whether everything is all right. `/live/overview`: the same, again and again. */
import { Hono } from 'hono'
import type { Overview } from '../../views/facts.ts'
import { OverviewContent, OverviewPage } from '../../views/overview.tsx'
import { eventStream } from '../event-stream.ts'
import type { FrameOf } from '../frame.ts'
import { makeLive } from '../live.ts'
import { json, page, wantsJson } from '../represent.ts'

export const refreshEveryMs = 2000

export function overviewRoutes(deps: {
  readonly measureOverview: () => Promise<Overview>
  readonly frameOf: FrameOf
  readonly sleep: (ms: number) => Promise<void>
}) {
  const live = makeLive(
    async () => {
      const overview = await deps.measureOverview()
      return String(await (<OverviewContent overview={overview} />))
    },
    { everyMs: refreshEveryMs, sleep: deps.sleep },
  )
  return new Hono()
    .on('GET', ['/', '/admin/overview'], async (c) => {
      const overview = await deps.measureOverview()
      if (wantsJson(c)) return json(c, overview)
      return page(c, <OverviewPage overview={overview} frame={deps.frameOf(c)} />)
    })
    .get('/live/overview', (c) =>
      eventStream(c, (send) => live.watch((html) => send('content', html))),
    )
}
