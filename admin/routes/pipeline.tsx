/**
 * `/pipeline`: whether events flow. `/live/pipeline`: the same, again and again. `/admin/kafka/lag`: how far the
 * processors are behind.
 */
import { Hono } from 'hono'
import { PipelineContent, PipelinePage } from '../../views/pipeline.tsx'
import type { Pipeline } from '../../views/pipeline-facts.ts'
import { lagAnswer, pipelineAnswer } from '../answers.ts'
import { eventStream } from '../event-stream.ts'
import type { FrameOf } from '../frame.ts'
import type { MeasuredLag } from '../lag.ts'
import { makeLive } from '../live.ts'
import { json, page, wantsJson } from '../represent.ts'
import { unmeasuredOf } from '../unmeasured.ts'
import { refreshEveryMs } from './overview.tsx'

export function pipelineRoutes(deps: {
  readonly measurePipeline: () => Promise<Pipeline>
  readonly measureLag: () => Promise<MeasuredLag>
  readonly frameOf: FrameOf
  readonly sleep: (ms: number) => Promise<void>
  readonly now: () => Date
}) {
  const live = makeLive(
    async () => {
      const pipeline = await deps.measurePipeline()
      return String(await (<PipelineContent pipeline={pipeline} />))
    },
    { everyMs: refreshEveryMs, sleep: deps.sleep },
  )
  return new Hono()
    .get('/pipeline', async (c) => {
      const pipeline = await deps.measurePipeline()
      if (wantsJson(c)) return json(c, pipelineAnswer(pipeline))
      return page(c, <PipelinePage pipeline={pipeline} frame={deps.frameOf(c)} />)
    })
    .get('/live/pipeline', (c) =>
      eventStream(c, (send) => live.watch((html) => send('content', html))),
    )
    .get('/admin/kafka/lag', async (c) => {
      const measuredAt = deps.now()
      const { lag, answers } = await deps.measureLag()
      return json(c, { ...lagAnswer(lag), unmeasured: unmeasuredOf(answers), measuredAt })
    })
}
