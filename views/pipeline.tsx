/** Pipeline: do events flow, and how far behind is whom? */
import type { Dependency } from './facts.ts'
import { Foreign, Num, Unknown } from './facts-shown.tsx'
import { CountOf, type Figure, Figures } from './figures.tsx'
import { FlowSection } from './flow.tsx'
import { GroupPanel } from './group.tsx'
import { DependencyState } from './health.tsx'
import { LagSection } from './lag.tsx'
import { type Frame, Layout } from './layout.tsx'
import { LiveContent, LiveMain } from './live-page.tsx'
import { MinutesSection, processedIn } from './minutes.tsx'
import type { Pipeline } from './pipeline-facts.ts'
import { ProjectionsSection } from './projections.tsx'
import { worstOf } from './verdict.tsx'
import { WorkFigures } from './work.tsx'

export function PipelinePage({ pipeline, frame }: { pipeline: Pipeline; frame: Frame }) {
  return (
    <Layout title="Pipeline" current="pipeline" frame={frame}>
      <LiveMain stream="/live/pipeline">
        <PipelineContent pipeline={pipeline} />
      </LiveMain>
    </Layout>
  )
}

export function PipelineContent({ pipeline }: { pipeline: Pipeline }) {
  const { lag, watch, processor, perMinute, group, projections, measuredAt, unmeasured } = pipeline
  return (
    <LiveContent title="Pipeline" measuredAt={measuredAt} unmeasured={unmeasured}>
      <FlowSection pipeline={pipeline} verdict={worstOf(watch.map(({ verdict }) => verdict))} />
      <Figures of={figuresOf(pipeline)} />
      <LagSection lag={lag} watch={watch} />
      <div class="pair">
        <ProcessorPanel processor={processor} pipeline={pipeline} />
        <MinutesSection minutes={perMinute} />
      </div>
      <ProjectionsSection projections={projections} now={measuredAt} />
      <GroupPanel name={lag.group} group={group} />
    </LiveContent>
  )
}

function figuresOf({ lag, perMinute, deadLetters }: Pipeline): readonly Figure[] {
  const processed = perMinute?.reduce((sum, counts) => sum + processedIn(counts), 0) ?? null
  return [
    ['Lag, in records', <Num value={lag.totalLag} />],
    ['Processed, last 5 minutes', <Num value={processed} />],
    ['Dead letters, open', <CountOf counts={deadLetters} which="open" />],
    ['Dead letters, unpublished', <CountOf counts={deadLetters} which="unpublished" />],
  ]
}

function ProcessorPanel({ processor, pipeline }: { processor: Dependency; pipeline: Pipeline }) {
  const { error, reasons = [] } = processor
  return (
    <section class="panel" aria-labelledby="processor">
      <div class="heading">
        <h2 id="processor">Processor</h2>
        <DependencyState of={processor} />
        <span class="quiet">at PROCESSOR_URL, {heldBy(processor)}</span>
      </div>
      {error && <p>{error}.</p>}
      {reasons.length > 0 && (
        <ul class="reasons">
          {reasons.map((reason) => (
            <li>
              <Foreign text={reason} />
            </li>
          ))}
        </ul>
      )}
      <WorkFigures work={pipeline.work} />
    </section>
  )
}

function heldBy({ partitions }: Dependency) {
  if (partitions === undefined)
    return (
      <>
        which partitions it holds is <Unknown />
      </>
    )
  if (partitions.length === 0) return 'holds no partition'
  return `holds ${partitions.length === 1 ? 'partition' : 'partitions'} ${partitions.join(', ')}`
}
