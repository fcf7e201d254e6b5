/** `/pipeline`: whether events flow. `/admin/kafka/lag`: how far the processors are behind. */
import { Hono } from 'hono'
import type { Pipeline } from '../../views/facts.ts'
import type { AssetUrls } from '../../views/layout.tsx'
import { PipelineMain, PipelinePage } from '../../views/pipeline.tsx'
import { lagAnswer, pipelineAnswer } from '../answers.ts'
import type { MeasuredLag } from '../lag.ts'
import { json, livePage } from '../represent.ts'
import { unmeasuredOf } from '../unmeasured.ts'

export function pipelineRoutes(deps: {
  readonly measurePipeline: () => Promise<Pipeline>
  readonly measureLag: () => Promise<MeasuredLag>
  readonly assets: AssetUrls
  readonly now: () => Date
}) {
  return new Hono()
    .get('/pipeline', async (c) => {
      const pipeline = await deps.measurePipeline()
      return livePage(c, pipelineAnswer(pipeline), {
        main: () => <PipelineMain pipeline={pipeline} />,
        whole: () => <PipelinePage pipeline={pipeline} assets={deps.assets} />,
      })
    })
    .get('/admin/kafka/lag', async (c) => {
      const measuredAt = deps.now()
      const { lag, answers } = await deps.measureLag()
      return json(c, { ...lagAnswer(lag), unmeasured: unmeasuredOf(answers), measuredAt })
    })
}
