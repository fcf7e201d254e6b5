/** An event's way through Pulse: every station that it has passed, when, and how long it took from the one before. */
import type { Child } from 'hono/jsx'
import { Badge, Foreign } from './facts-shown.tsx'
import type { Fate, ProjectionOfEvent } from './record-facts.ts'
import { durationOf, Exact } from './time-shown.tsx'

type Station = {
  readonly tone: 'good' | 'bad' | 'plain'
  readonly what: string
  readonly at: Date | null
  readonly about: Child
}

export function Journey({ fate }: { fate: Fate }) {
  const stations = stationsOf(fate)
  if (stations.length === 0) return null
  return (
    <section class="panel" aria-labelledby="journey">
      <div class="heading">
        <h2 id="journey">Its way</h2>
      </div>
      <ol class="journey">
        {stations.map(({ tone, what, at, about }, i) => (
          <li class={tone}>
            <div>
              <span class="what">{what}</span> <Took from={lastBefore(stations, i)} to={at} />
            </div>
            <div>
              {at && <Exact at={at} />} <div class="quiet">{about}</div>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

const lastBefore = (stations: readonly Station[], i: number): Date | undefined =>
  stations.slice(0, i).findLast(({ at }) => at !== null)?.at ?? undefined

function Took({ from, to }: { from: Date | null | undefined; to: Date | null }) {
  if (!from || !to || to < from) return null
  const ms = to.getTime() - from.getTime()
  return ms > 86_400_000 ? null : <span class="quiet num">+{durationOf(ms)}</span>
}

function stationsOf(fate: Fate): readonly Station[] {
  const { ledger, event, deadLetter } = fate
  const source = event ?? deadLetter ?? ledger
  if (source === null) return []
  const stations: Station[] = []
  if (event)
    stations.push({
      tone: 'plain',
      what: 'Occurred',
      at: event.occurredAt,
      about: 'by the clock of its producer',
    })
  stations.push(
    {
      tone: 'good',
      what: 'Accepted',
      at: source.receivedAt,
      about: source.requestId ? (
        <>
          request <Foreign text={source.requestId} />
        </>
      ) : (
        'its request id cannot be read'
      ),
    },
    {
      tone: 'good',
      what: 'In Kafka',
      at: null,
      about: `partition ${source.partition}, offset ${source.offset} of topic ${source.topicId}`,
    },
  )
  return [...stations, ...outcomeOf(fate), ...fate.projections.map(projectionStation)]
}

function outcomeOf({ ledger, event, deadLetter }: Fate): readonly Station[] {
  const stations: Station[] = []
  if (deadLetter) {
    stations.push({
      tone: 'bad',
      what: 'Dead-lettered',
      at: deadLetter.failedAt,
      about: (
        <>
          <Foreign text={`${deadLetter.code}: ${deadLetter.sentence}`} most={500} />, found at{' '}
          {deadLetter.stage}; <a href={`/dlq/${deadLetter.id}`}>dead letter {deadLetter.id}</a>
        </>
      ),
    })
    if (deadLetter.attempts > 1)
      stations.push({
        tone: deadLetter.state === 'stored' ? 'good' : 'bad',
        what: 'Tried again',
        at: null,
        about: `${deadLetter.attempts} attempts in all`,
      })
    if (deadLetter.state === 'open')
      stations.push({
        tone: deadLetter.publishedAt ? 'good' : 'plain',
        what: deadLetter.publishedAt ? 'Published' : 'Not published yet',
        at: deadLetter.publishedAt,
        about: 'to the dead-letter topic',
      })
  }
  if (event)
    stations.push(
      { tone: 'good', what: 'Validated', at: null, about: 'the envelope is as it should be' },
      {
        tone: 'good',
        what: 'Stored',
        at: event.processedAt,
        about: `row ${event.id} of events, once`,
      },
    )
  else if (ledger?.outcome === 'stored')
    stations.push({
      tone: 'good',
      what: 'Stored',
      at: null,
      about: 'the row itself is gone: retention drops events after their days',
    })
  return stations
}

function projectionStation(projection: ProjectionOfEvent): Station {
  const { name, passed, pausedWhy } = projection
  const at = { at: null }
  if (passed) return { ...at, tone: 'good', what: 'Projected', about: `${name} has passed it` }
  if (pausedWhy === null)
    return { ...at, tone: 'plain', what: 'Not projected yet', about: waitsFor(projection) }
  return {
    ...at,
    tone: 'bad',
    what: 'Not projected',
    about: (
      <>
        {name} is paused: <Foreign text={pausedWhy} most={500} />
      </>
    ),
  }
}

function waitsFor({ name, phase, behind }: ProjectionOfEvent): string {
  if (phase === 'history') return `${name} reads what was stored before it began`
  return behind === null
    ? `${name} has not begun with its partition`
    : `${name} comes to it after ${behind} records, itself included`
}

/** One word for all of it. */
export function OutcomeBadge({ fate: { ledger, event, deadLetter } }: { fate: Fate }) {
  if (ledger?.outcome === 'stored' || event) return <Badge tone="good">stored</Badge>
  if (ledger?.outcome === 'dead' || deadLetter) return <Badge tone="bad">dead letter</Badge>
  return <Badge tone="warn">not decided</Badge>
}
