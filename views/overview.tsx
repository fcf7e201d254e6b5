/** Overview: is everything all right? */
import { Bar } from './charts/bar.tsx'
import { VolumeChart } from './charts/volume.tsx'
import { ConservationSection } from './conservation.tsx'
import { DoorPanel } from './door.tsx'
import type { Overview, TypeCount, VolumePoint } from './facts.ts'
import { Foreign, Num, Unknown } from './facts-shown.tsx'
import { CountOf, type Figure, Figures } from './figures.tsx'
import { HealthSection } from './health.tsx'
import { type Frame, Layout } from './layout.tsx'
import { LiveContent, LiveMain } from './live-page.tsx'
import { TenantsPanel } from './tenants.tsx'
import { hourAndMinute } from './time-shown.tsx'

export function OverviewPage({ overview, frame }: { overview: Overview; frame: Frame }) {
  return (
    <Layout title="Overview" current="overview" frame={frame}>
      <LiveMain stream="/live/overview">
        <OverviewContent overview={overview} />
      </LiveMain>
    </Layout>
  )
}

export function OverviewContent({ overview }: { overview: Overview }) {
  const { measuredAt, unmeasured } = overview
  return (
    <LiveContent title="Overview" measuredAt={measuredAt} unmeasured={unmeasured}>
      <HealthSection health={overview.health} />
      <section aria-labelledby="events">
        <div class="heading">
          <h2 id="events">Events</h2>
          <span class="quiet">by time of receipt, in whole minutes, the current one included</span>
        </div>
        <Figures of={figuresOf(overview)} />
      </section>
      <div class="pair">
        <VolumePanel
          id="hour"
          title="The last hour"
          unit="events a minute"
          minutes={1}
          points={overview.lastHour}
        />
        <VolumePanel
          id="day"
          title="The last 24 hours"
          unit="events in 15 minutes"
          minutes={15}
          points={overview.lastDay}
        />
      </div>
      <ConservationSection law={overview.conservation} />
      <div class="pair">
        <TypesPanel types={overview.topEventTypes} />
        <div class="stack">
          <TenantsPanel tenants={overview.tenants} />
          <DoorPanel door={overview.door} />
        </div>
      </div>
    </LiveContent>
  )
}

const figuresOf = (overview: Overview): readonly Figure[] => [
  ['Stored, last minute', <Num value={overview.eventsLastMinute} />],
  ['Stored, last 5 minutes', <Num value={overview.eventsLast5Minutes} />],
  ['Stored, last 30 minutes', <Num value={overview.eventsLast30Minutes} />],
  ['Stored, in total', <Num value={overview.totalEvents} />],
  ['Dead, last minute', <Num value={overview.errors.deadLastMinute} />],
  ['Dead, last 5 minutes', <Num value={overview.errors.deadLast5Minutes} />],
  [
    'Dead letters, open',
    <a href="/dlq?state=open">
      <CountOf counts={overview.deadLetters} which="open" />
    </a>,
  ],
]

function VolumePanel(props: {
  id: string
  title: string
  unit: string
  /** That a point is about. */
  minutes: number
  points: readonly VolumePoint[] | null
}) {
  const { id, title, unit, minutes, points } = props
  const last = points?.at(-1)
  const total = points?.reduce((sum, { stored }) => sum + (stored ?? 0), 0) ?? null
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="heading">
        <h2 id={id}>{title}</h2>
        <span class="quiet">
          <Num value={total} /> stored
          {/* What came since then is in no point yet. */}
          {last && ` until ${hourAndMinute(new Date(last.at.getTime() + minutes * 60_000))}`}
        </span>
      </div>
      {points === null ? (
        <Unknown />
      ) : (
        <VolumeChart
          id={`${id}-table`}
          label={`${title}: stored and dead ${unit}`}
          unit={unit}
          points={points}
        />
      )}
    </section>
  )
}

function TypesPanel({ types }: { types: readonly TypeCount[] | null }) {
  return (
    <section class="panel" aria-labelledby="types">
      <div class="heading">
        <h2 id="types">Top event types today</h2>
        <span class="quiet">since midnight UTC</span>
      </div>
      {types === null && <Unknown />}
      {types?.length === 0 && (
        <p class="quiet">
          No event has been stored since midnight UTC. Post one to ingest: <code>POST /events</code>
          .
        </p>
      )}
      {types !== null && types.length > 0 && <TypesTable types={types} />}
    </section>
  )
}

function TypesTable({ types }: { types: readonly TypeCount[] }) {
  const most = Math.max(...types.map(({ count }) => count))
  return (
    <section class="scroll" id="types-table" aria-labelledby="types" tabindex={0}>
      <table class="types">
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col" class="right">
              Stored
            </th>
            <td class="bars" />
          </tr>
        </thead>
        <tbody>
          {types.map(({ eventType, count }) => (
            <tr>
              <th scope="row">
                <a href={`/search?${new URLSearchParams({ type: eventType })}`}>
                  <Foreign text={eventType} most={80} />
                </a>
              </th>
              <td class="right">
                <Num value={count} />
              </td>
              <td class="bars">
                <Bar parts={[{ value: count }]} most={most} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
