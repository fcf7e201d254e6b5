/** Overview: is everything all right? Its main part refreshes itself every two seconds; without JavaScript by reload. */
import { ConservationSection } from './conservation.tsx'
import type { Overview, TypeCount } from './facts.ts'
import { Exact, Foreign, Num, Unknown } from './facts-shown.tsx'
import { HealthSection } from './health.tsx'
import { type AssetUrls, Layout } from './layout.tsx'
import { Notice } from './notice.tsx'

export function OverviewPage({ overview, assets }: { overview: Overview; assets: AssetUrls }) {
  return (
    <Layout title="Overview" current="overview" assets={assets} live>
      <OverviewMain overview={overview} />
    </Layout>
  )
}

export function OverviewMain({ overview }: { overview: Overview }) {
  return (
    <main id="main" hx-get="/" hx-trigger="every 2s" hx-swap="outerHTML" hx-sync="this:drop">
      <div class="heading">
        <h1>Overview</h1>
        <span class="quiet">
          measured <Exact at={overview.measuredAt} />
        </span>
        <span id="stale" class="stale" role="status" />
      </div>
      <UnmeasuredNotice overview={overview} />
      <HealthSection health={overview.health} />
      <EventsSection overview={overview} />
      <ConservationSection law={overview.conservation} />
      <TypesSection types={overview.topEventTypes} />
    </main>
  )
}

function UnmeasuredNotice({ overview: { unmeasured } }: { overview: Overview }) {
  if (unmeasured.length === 0) return null
  return (
    <Notice tone="warn" title="Some facts are unknown">
      <ul>
        {unmeasured.map(({ what, why }) => (
          <li>
            {why}: {what}.
          </li>
        ))}
      </ul>
    </Notice>
  )
}

function EventsSection({ overview }: { overview: Overview }) {
  const { errors } = overview
  const figures: readonly [string, number | null][] = [
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
      <dl class="cells">
        {figures.map(([label, value]) => (
          <div class="cell">
            <dt class="label">{label}</dt>
            <dd class="figure">
              <Num value={value} />
            </dd>
          </div>
        ))}
      </dl>
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
          <td />
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
            <td class="share">
              <svg aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">
                <rect width={((100 * count) / most).toFixed(1)} height="8" />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
