/** Pipeline: do events flow? */
import type { DeadLetterCounts, Dependency, Pipeline } from './facts.ts'
import { Foreign, Num, Unknown } from './facts-shown.tsx'
import { type Figure, Figures } from './figures.tsx'
import { DependencyState } from './health.tsx'
import { LagSection } from './lag.tsx'
import { type AssetUrls, Layout } from './layout.tsx'
import { LiveMain } from './live-page.tsx'
import { MinutesSection, processedIn } from './minutes.tsx'
import { ProjectionsSection } from './projections.tsx'

export function PipelinePage({ pipeline, assets }: { pipeline: Pipeline; assets: AssetUrls }) {
  return (
    <Layout title="Pipeline" current="pipeline" assets={assets} live>
      <PipelineMain pipeline={pipeline} />
    </Layout>
  )
}

export function PipelineMain({ pipeline }: { pipeline: Pipeline }) {
  const { lag, processor, perMinute, projections, measuredAt, unmeasured } = pipeline
  return (
    <LiveMain title="Pipeline" href="/pipeline" measuredAt={measuredAt} unmeasured={unmeasured}>
      <Figures of={figuresOf(pipeline)} />
      <ProcessorSection processor={processor} />
      <LagSection lag={lag} />
      <ProjectionsSection projections={projections} now={measuredAt} />
      <MinutesSection minutes={perMinute} />
    </LiveMain>
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

function CountOf({
  counts,
  which,
}: {
  counts: DeadLetterCounts | null
  which: 'open' | 'unpublished'
}) {
  if (counts === null) return <Unknown />
  return (
    <>
      <Num value={counts[which]} />
      {counts[which] === counts.countedUpTo && <span class="quiet"> or more</span>}
    </>
  )
}

function ProcessorSection({ processor }: { processor: Dependency }) {
  const { error, reasons = [] } = processor
  return (
    <section aria-labelledby="processor">
      <div class="heading">
        <h2 id="processor">Processor</h2>
        <DependencyState of={processor} />
        <span class="quiet">{heldBy(processor)}</span>
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
