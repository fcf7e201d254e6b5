/** Overview: is everything all right? */
import { Bar } from './bar.tsx'
import { ConservationSection } from './conservation.tsx'
import type { Overview, TypeCount } from './facts.ts'
import { Foreign, Num, Unknown } from './facts-shown.tsx'
import { Figures } from './figures.tsx'
import { HealthSection } from './health.tsx'
import { type AssetUrls, Layout } from './layout.tsx'
import { LiveMain } from './live-page.tsx'

export function OverviewPage({ overview, assets }: { overview: Overview; assets: AssetUrls }) {
  return (
    <Layout title="Overview" current="overview" assets={assets} live>
      <OverviewMain overview={overview} />
    </Layout>
  )
}

export function OverviewMain({ overview }: { overview: Overview }) {
  const { measuredAt, unmeasured } = overview
  return (
    <LiveMain title="Overview" href="/" measuredAt={measuredAt} unmeasured={unmeasured}>
      <HealthSection health={overview.health} />
      <EventsSection overview={overview} />
      <ConservationSection law={overview.conservation} />
      <TypesSection types={overview.topEventTypes} />
    </LiveMain>
  )
}

function EventsSection({ overview }: { overview: Overview }) {
  const { errors } = overview
  const figures: readonly (readonly [string, number | null])[] = [
    ['Stored, last minute', overview.eventsLastMinute],
    ['Stored, last 5 minutes', overview.eventsLast5Minutes],
    ['Stored, last 30 minutes', overview.eventsLast30Minutes],
    ['Stored, in total', overview.totalEvents],
    ['Dead, last minute', errors.deadLastMinute],
    ['Dead, last 5 minutes', errors.deadLast5Minutes],
  ]
  return (
    <section aria-labelledby="events">
      <div class="heading">
        <h2 id="events">Events</h2>
        <span class="quiet">by time of receipt, in whole minutes, the current one included</span>
      </div>
      <Figures of={figures.map(([label, value]) => [label, <Num value={value} />])} />
    </section>
  )
}

function TypesSection({ types }: { types: readonly TypeCount[] | null }) {
  return (
    <section aria-labelledby="types">
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
    <table class="types">
      <thead>
        <tr>
          <th scope="col">Type</th>
          <th scope="col">Stored</th>
          <td class="bars" />
        </tr>
      </thead>
      <tbody>
        {types.map(({ eventType, count }) => (
          <tr>
            <th scope="row">
              <Foreign text={eventType} most={80} />
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
  )
}
